// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseConfiguration } from '@sendium/configuration';
import { createLogger } from '@sendium/runtime';
import { eventually } from '@sendium/testkit';
import { BindSlot, type CarrierSession } from './bind-slot.ts';
import { documentFor } from './carrier.fixture.ts';
import { RawCarrier } from './raw-carrier.fixture.ts';
import { SlotLinks } from './slot-links.ts';

let carrier: RawCarrier;
let links: SlotLinks;
let slot: BindSlot;
/** A licence that the test gives and takes. */
let lease: { heldUntilMs: number; isHeld: () => boolean };

beforeEach(async () => {
  carrier = await RawCarrier.start();
  slot = new BindSlot(10);
  lease = {
    heldUntilMs: performance.now() + 60_000,
    isHeld: () => performance.now() < lease.heldUntilMs,
  };
});

afterEach(async () => {
  await links.close('soon');
  await carrier[Symbol.asyncDispose]();
});

function open(): void {
  const more = ['timers: { reconnect: 20ms, reconnect_max: 20ms }'];
  const parsed = parseConfiguration(documentFor(carrier.port, more));
  const connector =
    parsed.kind === 'invalid' ? undefined : parsed.configuration.connectors.get('sim');
  if (connector === undefined) throw new Error('there is no connector');
  links = new SlotLinks(
    { index: 0, slot, lease },
    {
      connector,
      secrets: { env: () => undefined, file: () => '' },
      log: createLogger({ service: 'test', level: 'error' }),
      onRequest: () => Promise.resolve(0),
      onEnded: () => undefined,
      onBound: (bound, session: CarrierSession) => {
        bound.session = session;
      },
      onLost: (lost) => {
        lost.session = undefined;
      },
      onBindFailed: () => undefined,
      onMalformed: () => undefined,
    },
  );
}

test('without the licence no bind is written, though the carrier could be reached', async () => {
  lease.heldUntilMs = 0;
  open();
  await eventually(() => expect(links.states[0]?.lastError).toBeDefined());
  expect(carrier.binds).toEqual([]);
});

test('without the licence no submit_sm is written, though the bind stands', async () => {
  open();
  await eventually(() => expect(slot.session).toBeDefined());
  const submit = () => slot.session?.request({ command: 'submit_sm', destinationAddr: '447700' });
  expect(await submit()).toMatchObject({ kind: 'answered' });
  lease.heldUntilMs = performance.now();
  expect(await submit()).toEqual({ kind: 'unsent' });
  expect(carrier.submitted).toHaveLength(1);
});

test('a lost bind is not made anew without the licence', async () => {
  open();
  await eventually(() => expect(slot.session).toBeDefined());
  lease.heldUntilMs = performance.now();
  carrier.resetAll();
  await eventually(() => expect(links.states[0]?.lastError?.reason).toBe('destroyed'));
  expect(carrier.binds).toHaveLength(1);
});

test('closed gently, a bind waits for what is on its way, and then unbinds', async () => {
  open();
  await eventually(() => expect(slot.session).toBeDefined());
  slot.taken = 1;
  const closed = links.close('gently');
  expect(slot.isReady).toBe(false);
  expect(slot.session).toBeDefined();
  slot.taken = 0;
  await closed;
  expect(slot.session).toBeUndefined();
  expect(slot.isLeaving).toBe(false);
  expect(links.states[0]?.state).toBe('stopped');
});

test('closed soon, a gentle end is cut short; the end of the lease cuts all', async () => {
  open();
  await eventually(() => expect(slot.session).toBeDefined());
  slot.taken = 1;
  const gently = links.close('gently');
  lease.heldUntilMs = performance.now();
  await Promise.all([links.close('soon'), gently]);
  expect(slot.session).toBeUndefined();
});
