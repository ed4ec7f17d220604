// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { Scope } from './scope.ts';

const resource = (order: string[], name: string, isFaulty = false): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    order.push(name);
    if (isFaulty) throw new Error(name);
  },
});

test('releases in reverse order and keeps going after a failure', async () => {
  const order: string[] = [];
  const scope = new Scope();
  scope.use(resource(order, 'a'));
  scope.use(resource(order, 'b', true));
  scope.defer(() => void order.push('c'));
  await expect(scope[Symbol.asyncDispose]()).rejects.toThrow('shutdown was not clean');
  expect(order).toEqual(['c', 'b', 'a']);
});

test('releases at once what is acquired after it was closed', async () => {
  const order: string[] = [];
  const scope = new Scope();
  await scope[Symbol.asyncDispose]();
  expect(() => scope.use(resource(order, 'late'))).toThrow('the scope is closed');
  expect(order).toEqual(['late']);
});

test('waits for one resource before it releases the next', async () => {
  const order: string[] = [];
  const scope = new Scope();
  scope.use(resource(order, 'below'));
  scope.defer(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push('above');
  });
  await scope[Symbol.asyncDispose]();
  expect(order).toEqual(['above', 'below']);
});
