// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { decodePdu } from './decode-pdu.ts';
import { encodePdu } from './encode-pdu.ts';
import type { Pdu, PduInput } from './pdu.ts';

// The `smpp` package, an implementation that is not ours, as the other side.
type PeerPdu = Readonly<Record<string, unknown>>;
interface PeerClass {
  new (command: string, fields: PeerPdu): { toBuffer(): Buffer };
  fromBuffer(bytes: Buffer): PeerPdu;
}
const { PDU: PeerPduClass } = createRequire(import.meta.url)('smpp') as { PDU: PeerClass };

/** Property names as the peer writes them: those of the specification. */
function peerName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function decoded(frame: Buffer): Pdu {
  const result = decodePdu(frame);
  if (result.kind !== 'pdu') throw new Error(result.reason);
  return result.pdu;
}

const uint8 = fc.integer({ min: 0, max: 255 });
const ascii = (maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 33, max: 126 }).map((c) => String.fromCharCode(c)),
    maxLength,
  });

const body = {
  serviceType: ascii(5),
  sourceAddrTon: uint8,
  sourceAddrNpi: uint8,
  sourceAddr: ascii(20),
  destAddrTon: uint8,
  destAddrNpi: uint8,
  destinationAddr: ascii(20),
  esmClass: fc.constantFrom(0, 1, 2, 3, 4, 8),
  registeredDelivery: uint8,
};
const tlvs = {
  userMessageReference: fc.integer({ min: 0, max: 65_535 }),
  sarMsgRefNum: fc.integer({ min: 0, max: 65_535 }),
  sarTotalSegments: uint8,
  qosTimeToLive: fc.integer({ min: 0, max: 0xffff_ffff }),
  receiptedMessageId: ascii(64),
};
// Latin-1, which the peer encodes and decodes without loss.
const text = ascii(160);

const shortMessage = fc.record({
  ...body,
  protocolId: uint8,
  priorityFlag: uint8,
  replaceIfPresentFlag: uint8,
  smDefaultMsgId: uint8,
});

test.each(['submit_sm', 'deliver_sm'] as const)(
  'the smpp package reads any %s of ours, and we read it as the package writes it',
  (command) => {
    fc.assert(
      fc.property(shortMessage, fc.record(tlvs), text, (fields, options, message) => {
        const octets = Buffer.from(message, 'latin1');
        const content = { ...fields, dataCoding: 3, shortMessage: octets, tlvs: options };
        const ours = encodePdu({ command, sequenceNumber: 5, ...content });

        const read = PeerPduClass.fromBuffer(ours);
        for (const [name, value] of Object.entries({ ...fields, ...options })) {
          expect([name, read[peerName(name)]]).toEqual([name, value]);
        }
        expect(read['short_message']).toEqual({ message });

        const named = Object.entries({ ...fields, ...options, dataCoding: 3 });
        const theirs = new PeerPduClass(command, {
          ...Object.fromEntries(named.map(([name, value]) => [peerName(name), value])),
          short_message: octets,
          sequence_number: 5,
        }).toBuffer();
        expect(theirs).toEqual(ours);
        expect(decoded(theirs)).toMatchObject(content);
      }),
      { numRuns: 300 },
    );
  },
);

// Every other command with some value in each field, and the same under the specification's names.
const others: readonly PduInput[] = [
  { command: 'bind_transceiver', systemId: 'app', password: 'secret', systemType: 'vma' },
  { command: 'bind_receiver', systemId: 'app', interfaceVersion: 0x34, addressRange: '^44' },
  { command: 'bind_transmitter', systemId: 'app', addrTon: 1, addrNpi: 1 },
  { command: 'bind_transceiver_resp', systemId: 'smsc', tlvs: { scInterfaceVersion: 0x34 } },
  { command: 'bind_receiver_resp', systemId: 'smsc' },
  { command: 'bind_transmitter_resp', systemId: 'smsc' },
  { command: 'outbind', systemId: 'smsc', password: 'secret' },
  { command: 'submit_sm_resp', messageId: '0123456789abcdef' },
  { command: 'deliver_sm_resp', messageId: '' },
  { command: 'data_sm', sourceAddr: '1', destinationAddr: '2', esmClass: 4, dataCoding: 3 },
  { command: 'data_sm_resp', messageId: '7' },
  { command: 'query_sm', messageId: '7', sourceAddrTon: 1, sourceAddr: '447700900123' },
  { command: 'query_sm_resp', messageId: '7', messageState: 2, errorCode: 3 },
  { command: 'cancel_sm', serviceType: 'x', messageId: '7', sourceAddr: '1', destinationAddr: '2' },
  { command: 'cancel_sm_resp' },
  { command: 'replace_sm', messageId: '7', registeredDelivery: 1, shortMessage: Buffer.from('hi') },
  { command: 'replace_sm_resp' },
  { command: 'enquire_link' },
  { command: 'enquire_link_resp' },
  { command: 'unbind' },
  { command: 'unbind_resp' },
  { command: 'generic_nack', commandStatus: 3 },
  { command: 'alert_notification', sourceAddr: '1', esmeAddrTon: 2, esmeAddr: '3' },
  { command: 'broadcast_sm', messageId: '7', dataCoding: 3, tlvs: { broadcastRepNum: 2 } },
  { command: 'query_broadcast_sm', messageId: '7', sourceAddr: '1' },
  { command: 'cancel_broadcast_sm', serviceType: 'x', messageId: '7', sourceAddr: '1' },
];

test.each(others.map((pdu) => [pdu.command, pdu] as const))(
  'the smpp package writes %s octet for octet as we do',
  (command, pdu) => {
    const { tlvs: options, ...rest } = decoded(encodePdu(pdu));
    const named = Object.entries({ ...rest, ...options });
    const theirs = new PeerPduClass(command, {
      ...Object.fromEntries(named.map(([name, value]) => [peerName(name), value])),
    }).toBuffer();
    expect(theirs).toEqual(encodePdu(pdu));
  },
);

test('the smpp package reads our submit_multi and the answer to it, and we read its own', () => {
  const ours = encodePdu({
    command: 'submit_multi',
    sourceAddr: '1',
    destinations: [
      { kind: 'address', destAddrTon: 1, destAddrNpi: 1, destinationAddr: '447700900123' },
      { kind: 'list', dlName: 'all' },
    ],
    dataCoding: 3,
    shortMessage: Buffer.from('hi'),
  });
  const dest_address = [
    { dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '447700900123' },
    { dl_name: 'all' },
  ];
  const fields = { source_addr: '1', dest_address, data_coding: 3, short_message: 'hi' };
  expect(PeerPduClass.fromBuffer(ours)).toMatchObject({ dest_address });
  expect(new PeerPduClass('submit_multi', fields).toBuffer()).toEqual(ours);

  const answer = encodePdu({
    command: 'submit_multi_resp',
    messageId: '7',
    unsuccessful: [
      { destAddrTon: 1, destAddrNpi: 1, destinationAddr: '44', errorStatusCode: 0x0b },
    ],
  });
  const unsuccess_sme = [
    { dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '44', error_status_code: 0x0b },
  ];
  expect(PeerPduClass.fromBuffer(answer)).toMatchObject({ message_id: '7', unsuccess_sme });
  const theirs = new PeerPduClass('submit_multi_resp', { message_id: '7', unsuccess_sme });
  expect(theirs.toBuffer()).toEqual(answer);
});
