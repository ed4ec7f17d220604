// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { Circuit } from './circuit.ts';

const times = { firstMs: 1000, mostMs: 4000 };

function opened(atMs = 0): Circuit {
  const circuit = new Circuit(times);
  for (let i = 0; i < 5; i++) circuit.failed(false, atMs, 0.5);
  return circuit;
}

test('single failures leave the circuit closed', () => {
  const circuit = new Circuit(times);
  for (let i = 0; i < 20; i++) {
    for (let failure = 0; failure < 4; failure++) circuit.failed(false, i, 0.5);
    circuit.succeeded();
  }
  expect(circuit.leave(100)).toBe('call');
});

test('failures in a row open it, and after the rest one call is let through', () => {
  const circuit = opened();
  expect(circuit.leave(999)).toBe('rest');
  expect(circuit.leave(1000)).toBe('probe');
  expect(circuit.begin(1000)).toBe(true);
  expect(circuit.leave(1001)).toBe('rest');
  circuit.succeeded();
  expect(circuit.leave(1002)).toBe('call');
});

test('each failed trial doubles the rest, up to a bound', () => {
  const circuit = opened();
  const rests = [2000, 4000, 4000].map((restMs, i) => {
    const atMs = circuit.restsUntilMs;
    expect(circuit.begin(atMs)).toBe(true);
    circuit.failed(true, atMs, 0.5);
    expect([i, circuit.restsUntilMs - atMs]).toEqual([i, restMs]);
    return circuit.restsUntilMs;
  });
  expect(rests).toHaveLength(3);
});

test('what was under way when it opened neither prolongs the rest nor ends the trial', () => {
  const circuit = opened();
  for (let i = 0; i < 10; i++) circuit.failed(false, 500, 0.5);
  expect(circuit.restsUntilMs).toBe(1000);
  circuit.begin(1000);
  circuit.failed(false, 1001, 0.5);
  expect(circuit.leave(1002)).toBe('rest');
});

test('a trial that was broken off leaves the next one its turn', () => {
  const circuit = opened();
  circuit.abandoned(circuit.begin(1000));
  expect(circuit.leave(1001)).toBe('probe');
});

test('an endpoint that asks for a pause has it at once, for as long as it asked', () => {
  const circuit = new Circuit(times);
  circuit.throttled(60_000, 0, 0.5);
  expect([circuit.leave(59_999), circuit.leave(60_000)]).toEqual(['rest', 'probe']);
  const unsaid = new Circuit(times);
  unsaid.throttled(undefined, 0, 0.5);
  expect([unsaid.leave(999), unsaid.leave(1000)]).toEqual(['rest', 'probe']);
});
