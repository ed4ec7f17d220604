// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

// Speed of the codec, beside the `smpp` package in the same run, each part for about a second:
//   node --conditions=@sendium/source libs/smpp-pdu/bench/codec.mjs
import { createRequire } from 'node:module';
import { decodePdu, encodePdu, parseReceiptText, PduFramer } from '@sendium/smpp-pdu';

const { PDU } = createRequire(import.meta.url)('smpp');

const submit = {
  command: 'submit_sm',
  sequenceNumber: 7,
  sourceAddrTon: 5,
  sourceAddr: 'ACME',
  destAddrTon: 1,
  destAddrNpi: 1,
  destinationAddr: '447700900123',
  registeredDelivery: 1,
  shortMessage: Buffer.from('Hello world, this is a text of 44 characters'),
};
const receiptText =
  'id:0123456789 sub:001 dlvrd:001 submit date:2601010101 done date:2601010102 stat:DELIVRD err:000 text:';
const deliver = {
  ...submit,
  command: 'deliver_sm',
  esmClass: 4,
  shortMessage: Buffer.from(receiptText),
  tlvs: { receiptedMessageId: '0123456789', messageState: 2 },
};
const response = { command: 'submit_sm_resp', sequenceNumber: 7, messageId: '0123456789abcdef' };

const submitFrame = encodePdu(submit);
const deliverFrame = encodePdu(deliver);
const responseFrame = encodePdu(response);
const stream = Buffer.concat(Array.from({ length: 500 }, () => submitFrame));
const peerSubmit = {
  source_addr_ton: 5,
  source_addr: 'ACME',
  dest_addr_ton: 1,
  dest_addr_npi: 1,
  destination_addr: '447700900123',
  registered_delivery: 1,
  short_message: submit.shortMessage,
};

const parts = {
  'decode submit_sm': [1, () => decodePdu(submitFrame)],
  'encode submit_sm': [1, () => encodePdu(submit)],
  'decode submit_sm_resp': [1, () => decodePdu(responseFrame)],
  'encode submit_sm_resp': [1, () => encodePdu(response)],
  'decode deliver_sm, receipt with TLVs': [1, () => decodePdu(deliverFrame)],
  'encode deliver_sm, receipt with TLVs': [1, () => encodePdu(deliver)],
  'parse receipt text': [1, () => parseReceiptText(receiptText)],
  'frame and decode submit_sm, 500 a chunk': [500, frameAndDecode],
  'smpp package: decode submit_sm': [1, () => PDU.fromBuffer(submitFrame)],
  'smpp package: encode submit_sm': [1, () => new PDU('submit_sm', peerSubmit).toBuffer()],
};

/** What a quiet core must do of them in a second. */
const budgets = { 'decode submit_sm': 1_000_000, 'encode submit_sm': 500_000 };

function frameAndDecode() {
  const framer = new PduFramer(65_536);
  framer.push(stream);
  let decoded;
  for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
    decoded = decodePdu(frame);
  }
  return decoded;
}

function perSecond(count, run) {
  const startedAt = process.hrtime.bigint();
  let rounds = 0;
  let elapsed = 0n;
  while (elapsed < 1_000_000_000n) {
    for (let i = 0; i < 200; i++) if (run() === undefined) throw new Error('nothing came out');
    rounds += 200;
    elapsed = process.hrtime.bigint() - startedAt;
  }
  return (rounds * count * 1e9) / Number(elapsed);
}

for (const [name, [count, run]] of Object.entries(parts)) {
  perSecond(count, run);
  const rate = Math.round(perSecond(count, run));
  const budget = budgets[name];
  const verdict = rate < budget ? 'BELOW its budget of' : 'budget';
  const held = budget === undefined ? '' : `  (${verdict} ${budget.toLocaleString('en')})`;
  console.log(`${name.padEnd(44)} ${rate.toLocaleString('en').padStart(12)} /s${held}`);
  if (rate < budget) process.exitCode = 1;
}
