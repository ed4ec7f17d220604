// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect } from '@jest/globals';
import { connectSession } from '@sendium/smpp-link';
import type { CarrierRequest } from '@sendium/smpp-link';
import { eventually } from '@sendium/testkit';
import { startCapture, unanswered } from './capture.ts';
import { linesOf, startPerl } from './perl.ts';
import { runNetSmpp, stepsOf } from './net-smpp-client.ts';
import { netSmpp, tshark } from './programs.ts';
import { startReferenceServer } from './reference-server.ts';
import { whenPresent } from './when-present.fixture.ts';

whenPresent(netSmpp)('Net::SMPP binds, submits, gets its receipts and unbinds', async () => {
  await using server = await startReferenceServer();
  const lines = await runNetSmpp(server, { mode: 'transceiver', count: 20 });
  expect(lines[0]).toMatchObject({ step: 'bound', status: 0, system_id: 'sendium', version: '34' });
  const ids = stepsOf(lines, 'answered').map(({ status, id }) => [status, id]);
  expect(ids).toHaveLength(20);
  const receipts = stepsOf(lines, 'receipt');
  const receiptIds = receipts.map((line) =>
    String(line['receipted_message_id']).replace(/\0$/, ''),
  );
  expect(receiptIds.toSorted()).toEqual(ids.map(([, id]) => id).toSorted());
  for (const receipt of receipts) {
    expect(receipt).toMatchObject({ esm_class: 4, destination: 'ACME', message_state: 2 });
    expect(receipt['text']).toMatch(/^id:[0-9a-f]{32} .* stat:DELIVRD err:000 text:$/);
  }
  expect(lines.slice(-2)).toEqual([{ step: 'alive' }, { step: 'unbound' }]);
  expect(server.submitted[0]).toMatchObject({ sourceAddr: 'ACME', registeredDelivery: 1 });
});

whenPresent(netSmpp)('Net::SMPP bound with 3.3 is given no TLV', async () => {
  await using server = await startReferenceServer();
  const lines = await runNetSmpp(server, { mode: 'transceiver', version: '33', count: 1 });
  expect(lines[0]).toMatchObject({ step: 'bound', status: 0, version: null });
  expect(stepsOf(lines, 'receipt')).toMatchObject([
    { receipted_message_id: null, message_state: null },
  ]);
});

whenPresent(netSmpp)(
  'Net::SMPP as two binds submits on one and is delivered to on the other',
  async () => {
    await using server = await startReferenceServer();
    const receiving = runNetSmpp(server, { mode: 'receiver', count: 5 });
    // The receiver must be bound before the first receipt is due.
    await eventually(async () => {
      const probe = await runNetSmpp(server, { mode: 'transmitter', count: 0 });
      expect(probe[0]).toMatchObject({ status: 0 });
    });
    const sent = await runNetSmpp(server, { mode: 'transmitter', count: 5 });
    expect(stepsOf(sent, 'answered')).toHaveLength(5);
    expect(stepsOf(await receiving, 'receipt')).toHaveLength(5);
  },
);

whenPresent(netSmpp)('Net::SMPP with a wrong password is refused by ESME_RBINDFAIL', async () => {
  await using server = await startReferenceServer();
  const lines = await runNetSmpp(
    { ...server, password: 'wrong' },
    { mode: 'transceiver', count: 1 },
  );
  expect(lines).toMatchObject([{ step: 'bound', status: 0x0d }]);
});

whenPresent(netSmpp)('our client works with Net::SMPP as the carrier', async () => {
  const carrier = await startPerl('smsc.pl', []);
  const port = await carrier.until(
    async () => Number(linesOf(carrier)[0]?.['port'] ?? fail()),
    10_000,
  );
  const delivered: CarrierRequest[] = [];
  const result = await connectSession({
    host: '127.0.0.1',
    port,
    bind: { mode: 'transceiver', systemId: 'sendium', password: 'secret' },
    onRequest: (pdu) => {
      delivered.push(pdu);
      return Promise.resolve(0);
    },
  });
  if (result.kind !== 'bound') throw new Error(result.kind);
  const { session } = result;
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      session.request({
        command: 'submit_sm',
        destinationAddr: '44',
        shortMessage: Buffer.from('Hi'),
      }),
    ),
  );
  expect(answers.every(({ kind }) => kind === 'answered')).toBe(true);
  await eventually(() => expect(delivered).toHaveLength(10));
  expect(await session.unbind()).toEqual({ kind: 'unbound', by: 'us' });
  expect(await carrier.ended).toMatchObject({ code: 0 });
});

whenPresent(netSmpp, tshark)(
  'tshark sees no malformed frame and every request answered',
  async () => {
    await using server = await startReferenceServer();
    await using capture = await startCapture(server.port);
    await runNetSmpp(server, { mode: 'transceiver', count: 50 });
    const { pdus, complaints } = await capture.dissect();
    expect(complaints).toEqual([]);
    expect(pdus.filter(({ commandId }) => commandId === 4)).toHaveLength(50);
    expect(pdus.filter(({ commandId }) => commandId === 5)).toHaveLength(50);
    expect(unanswered(pdus)).toEqual([]);
  },
);

function fail(): never {
  throw new Error('not yet');
}
