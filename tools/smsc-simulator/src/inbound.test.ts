// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import type smpp from 'smpp';
import { closeAll, call, engines, openBound, start, until } from './simulator.fixture.ts';

afterEach(closeAll);

describe.each(engines)('the %s engine', (engine) => {
  test('an injected message arrives, a long one in parts', async () => {
    const simulator = await start(engine);
    const client = await openBound(simulator);
    const message = { from: '+447700900999', to: '12345', text: 'Привет' };
    expect(await call(simulator, 'POST /inject', message)).toEqual({ parts: 1 });
    await client.delivered(1);
    expect(client.deliveries[0]).toMatchObject({
      esm_class: 0,
      source_addr: '447700900999',
      source_addr_ton: 1,
      destination_addr: '12345',
      data_coding: 8,
      short_message: { message: 'Привет' },
    });
    await call(simulator, 'POST /inject', { ...message, text: 'a'.repeat(200) });
    await client.delivered(3);
    expect(client.deliveries[1]).toMatchObject({ esm_class: 0x40 });
    await until(simulator, ({ injected }) => injected.acked === 3);
  });

  test('octets are injected as they are, with any esm_class, data_coding, addresses and TLVs', async () => {
    const simulator = await start(engine);
    const client = await openBound(simulator);
    const octets = '050003070201ff00fe';
    await call(simulator, 'POST /inject', {
      ...{ from: { ton: 2, npi: 8, address: '0700' }, to: '12345', octets },
      ...{ esmClass: 0x43, dataCoding: 4, protocolId: 0x41 },
      tlvs: [{ tag: 0x1401, value: 'c0ffee' }],
    });
    await client.delivered(1);
    const { short_message: message, ...fields } = client.deliveries[0] as smpp.Pdu;
    expect(fields).toMatchObject({
      ...{ source_addr: '0700', source_addr_ton: 2, source_addr_npi: 8, esm_class: 0x43 },
      ...{ data_coding: 4, protocol_id: 0x41 },
    });
    const { udh, message: data } = message as { udh: readonly Buffer[]; message: Buffer };
    expect(Buffer.concat(udh).toString('hex')).toContain('0003070201');
    expect(data.toString('hex')).toBe('ff00fe');
    const vendor = fields[5121] ?? fields['octets_of_5121'];
    expect(vendor).toEqual(Buffer.from('c0ffee', 'hex'));
  });

  test('a text is injected in the data_coding that is asked for, and in message_payload', async () => {
    const simulator = await start(engine);
    const client = await openBound(simulator);
    const message = { from: '1', to: '2', text: 'é'.repeat(100), dataCoding: 8 };
    expect(await call(simulator, 'POST /inject', message)).toEqual({ parts: 2 });
    expect(await call(simulator, 'POST /inject', { ...message, payload: true })).toEqual({
      parts: 1,
    });
    await client.delivered(3);
    expect(client.deliveries[2]).toMatchObject({
      ...{ esm_class: 0, data_coding: 8 },
      message_payload: { message: message.text },
    });
  });

  test('lost answers end their connections, and the SMS come again until one is read', async () => {
    const simulator = await start(engine);
    const message = { from: '1', to: '2', text: 'x', repeat: 2, loseAnswers: 1 };
    const first = await openBound(simulator);
    const closed = once(first.session, 'close');
    await call(simulator, 'POST /inject', message);
    await closed;
    const second = await openBound(simulator);
    const closedAgain = once(second.session, 'close');
    await closedAgain;
    const third = await openBound(simulator);
    const stats = await until(simulator, ({ injected }) => injected.acked === 2);
    expect(stats.injected).toMatchObject({ made: 2, lost: 2 });
    expect(third.deliveries.length).toBeGreaterThanOrEqual(1);
  });

  test.each([
    [{}, 'either text or octets must be a string'],
    [{ text: 'x', octets: '00' }, 'either text or octets must be a string'],
    [{ octets: '0' }, 'octets must be hexadecimal'],
    [{ text: 'x', esm_class: 4 }, 'esm_class is not known'],
    [{ text: 'x', repeat: -1 }, 'repeat must be a whole number up to 100000'],
    [{ text: 'Ω', dataCoding: 3 }, /does not fit/],
    [{ octets: '00'.repeat(255) }, 'octets are at most 254 without payload'],
  ])('what cannot be injected is told (%j)', async (fields, problem) => {
    const simulator = await start(engine);
    const { problems } = await call<{ problems: readonly string[] }>(simulator, 'POST /inject', {
      ...{ from: '1', to: '2' },
      ...fields,
    });
    expect(problems[0]).toMatch(problem);
  });
});
