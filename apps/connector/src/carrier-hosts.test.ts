// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { CarrierHosts } from './carrier-hosts.ts';

const hosts = ['a', 'b', 'c'].map((host) => ({ host, port: 2775 }));

test('in stand-by order the next host is tried when one fails, and the first again after a bind that stood', () => {
  const order = new CarrierHosts({ hosts, hostOrder: 'standby' }, 2);
  const tried = [false, false, false, true, false].map((wasStable) => {
    const { host } = order.current;
    order.failed(wasStable);
    return host;
  });
  expect([...tried, order.current.host]).toEqual(['a', 'b', 'c', 'a', 'a', 'b']);
});

test('in turns the slots begin at different hosts', () => {
  const first = [0, 1, 2, 3].map(
    (slot) => new CarrierHosts({ hosts, hostOrder: 'round_robin' }, slot).current.host,
  );
  expect(first).toEqual(['a', 'b', 'c', 'a']);
  const order = new CarrierHosts({ hosts, hostOrder: 'round_robin' }, 1);
  order.failed(true);
  expect(order.current.host).toBe('c');
});
