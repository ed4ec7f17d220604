// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commandStatus } from './command-status.ts';
import { decodeByTable, decodePdu } from './decode-pdu.ts';
import { encodeBodyByTable, encodePdu, encodePdus, lengthOfPdu } from './encode-pdu.ts';
import type { CommandName, Pdu, PduInput } from './pdu.ts';
import { isRequest, responseNameOf } from './pdu.ts';
import { PduEncodeError } from './pdu-encode-error.ts';
import type { FieldSpec } from './pdu-table.ts';
import { pduTable } from './pdu-table.ts';
import type { TlvSpec } from './tlv-table.ts';
import { tlvTable } from './tlv-table.ts';

const uint8 = fc.integer({ min: 0, max: 0xff });
const latin1 = (maxLength: number) =>
  fc
    .array(fc.integer({ min: 1, max: 0xff }), { maxLength })
    .map((codes) => String.fromCharCode(...codes));
const octets = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes));

const destination = fc.oneof(
  fc.record({
    kind: fc.constant('address' as const),
    destAddrTon: uint8,
    destAddrNpi: uint8,
    destinationAddr: latin1(20),
  }),
  fc.record({ kind: fc.constant('list' as const), dlName: latin1(20) }),
);
const unsuccessful = fc.record({
  destAddrTon: uint8,
  destAddrNpi: uint8,
  destinationAddr: latin1(20),
  errorStatusCode: fc.integer({ min: 0, max: 0xffff_ffff }),
});

function ofField(field: FieldSpec): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'uint8':
      return uint8;
    case 'cstring':
      return latin1(field.max - 1);
    case 'octets':
      return octets(0, 255);
    case 'destinations':
      return fc.array(destination, { maxLength: 255, size: '+1' });
    case 'unsuccessful':
      return fc.array(unsuccessful, { maxLength: 255, size: '+1' });
  }
}

function ofTlv(spec: TlvSpec): fc.Arbitrary<unknown> {
  const one: fc.Arbitrary<unknown> =
    spec.kind === 'uint'
      ? fc.integer({ min: 0, max: 2 ** (spec.size * 8) - 1 })
      : spec.kind === 'cstring'
        ? latin1(spec.max - 1)
        : octets(spec.min, Math.min(spec.max, 300));
  return 'repeated' in spec ? fc.array(one, { minLength: 1, maxLength: 3 }) : one;
}

const knownTags = new Set<number>(Object.values(tlvTable).map(({ tag }) => tag));
const opaque = fc.record({
  tag: fc.integer({ min: 0, max: 0xffff }).filter((tag) => !knownTags.has(tag)),
  value: octets(0, 40),
});

/** TLVs of every known kind, and unknown ones. */
const arbitraryTlvs = fc.record(
  {
    ...Object.fromEntries(Object.entries(tlvTable).map(([name, spec]) => [name, ofTlv(spec)])),
    other: fc.array(opaque, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
);

/** Every command that has a name. */
const allCommands = Object.keys(pduTable) as CommandName[];

/** A PDU of one command with any content its fields can hold. */
function arbitraryPdu(command: CommandName): fc.Arbitrary<Pdu> {
  const { fields } = pduTable[command];
  return fc.record({
    command: fc.constant(command),
    commandStatus: fc.constantFrom(0, 0x0b, 0x401, 0xffff_ffff),
    sequenceNumber: fc.integer({ min: 0, max: 0xffff_ffff }),
    ...Object.fromEntries(fields.map((field) => [field.name, ofField(field)])),
    tlvs: arbitraryTlvs,
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<Pdu>;
}

function decoded(frame: Buffer): Pdu {
  const result = decodePdu(frame);
  if (result.kind !== 'pdu') throw new Error(result.reason);
  return result.pdu;
}

test.each(allCommands)('any %s reads back as it was written', (command) => {
  fc.assert(
    fc.property(arbitraryPdu(command), (pdu) => {
      const frame = encodePdu(pdu);
      expect(frame.readUInt32BE(0)).toBe(frame.length);
      expect(decoded(frame)).toEqual(pdu);
    }),
    { numRuns: 60 },
  );
});

test.each(allCommands)('what was read as %s is written back octet for octet', (command) => {
  fc.assert(
    fc.property(arbitraryPdu(command), (pdu) => {
      const frame = encodePdu(pdu);
      expect(encodePdu(decoded(frame))).toEqual(frame);
    }),
    { numRuns: 30 },
  );
});

test.each(['submit_sm', 'deliver_sm', 'submit_sm_resp', 'deliver_sm_resp'] as const)(
  'the handwritten way to read and write %s agrees with the table',
  (command) => {
    fc.assert(
      fc.property(arbitraryPdu(command), (pdu) => {
        const frame = encodePdu({ ...pdu, commandStatus: 0 });
        expect(decoded(frame)).toEqual(decodeByTable(frame, command));
        const body = encodeBodyByTable(pdu, frame.length);
        expect(frame.subarray(16, 16 + body.length)).toEqual(body);
      }),
    );
  },
);

test('any octets give a PDU or a reason, and never an exception', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.constantFrom(...allCommands),
      (bytes, name) => {
        decodePdu(Buffer.from(bytes));
        const frame = Buffer.concat([
          encodePdu({ command: name } as PduInput).subarray(0, 16),
          bytes,
        ]);
        frame.writeUInt32BE(frame.length, 0);
        expect(['pdu', 'malformed']).toContain(decodePdu(frame).kind);
      },
    ),
    { numRuns: 5_000 },
  );
});

test('a real PDU with octets changed gives a PDU or a reason, and never an exception', () => {
  const change = fc.tuple(fc.nat({ max: 2_000 }), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(
      fc.constantFrom(...allCommands).chain(arbitraryPdu),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      (pdu, changes) => {
        const frame = encodePdu(pdu);
        for (const [at, value] of changes) frame[at % frame.length] = value;
        expect(['pdu', 'malformed']).toContain(decodePdu(frame).kind);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('only the command is needed to write a PDU; the rest is zero or empty', () => {
  for (const command of allCommands) {
    const pdu = decoded(encodePdu({ command } as PduInput));
    const values = Object.entries(pdu).filter(([name]) => !['command', 'tlvs'].includes(name));
    for (const [, value] of values) {
      if (typeof value === 'number') expect(value).toBe(0);
      else expect(value).toHaveLength(0);
    }
    expect(pdu.tlvs).toEqual({});
  }
});

test('a refusal without content is the bare header, as the specification has it', () => {
  const status = commandStatus.ESME_RBINDFAIL;
  const frame = encodePdu({ command: 'bind_transceiver_resp', commandStatus: status });
  expect(frame.toString('hex')).toBe('00000010800000090000000d00000000');
  expect(encodePdu({ command: 'submit_sm_resp', commandStatus: 0 })).toHaveLength(17);
});

test('a refusal that says more keeps what it says', () => {
  const pdu = decoded(
    encodePdu({
      command: 'submit_sm_resp',
      commandStatus: commandStatus.ESME_RDELIVERYFAILURE,
      tlvs: { deliveryFailureReason: 2 },
    }),
  );
  expect(pdu.tlvs).toEqual({ deliveryFailureReason: 2 });
});

test('several PDUs are written one behind the other into one buffer', () => {
  const pdus = [
    { command: 'enquire_link', sequenceNumber: 1 },
    { command: 'submit_sm', sequenceNumber: 2, sourceAddr: 'ACME' },
    { command: 'deliver_sm_resp', sequenceNumber: 3 },
  ] as const;
  expect(encodePdus(pdus)).toEqual(Buffer.concat(pdus.map((pdu) => encodePdu(pdu))));
});

test.each([
  ['a string that is too long', { sourceAddr: '1'.repeat(21) }, 'sourceAddr'],
  ['a NUL in a string', { sourceAddr: 'A\0B' }, 'sourceAddr'],
  ['a character outside Latin-1', { sourceAddr: 'Ł' }, 'sourceAddr'],
  ['a number above an octet', { esmClass: 256 }, 'esmClass'],
  ['a number that is no whole number', { dataCoding: 1.5 }, 'dataCoding'],
  ['a negative number', { priorityFlag: -1 }, 'priorityFlag'],
  ['a text above 255 octets', { shortMessage: Buffer.alloc(256) }, 'shortMessage'],
  ['a TLV number that is too large', { tlvs: { messageState: 256 } }, 'messageState'],
  ['a TLV of a wrong length', { tlvs: { networkErrorCode: Buffer.alloc(2) } }, 'networkErrorCode'],
  [
    'a TLV string that is too long',
    { tlvs: { receiptedMessageId: 'x'.repeat(65) } },
    'receiptedMessageId',
  ],
  ['a sequence number above 32 bits', { sequenceNumber: 2 ** 32 }, 'sequenceNumber'],
])('%s is refused by name when writing', (_, fields, field) => {
  const write = () => encodePdu({ command: 'submit_sm', ...fields });
  expect(write).toThrow(PduEncodeError);
  expect(write).toThrow(field);
});

test('the length is known exactly before writing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...allCommands).chain(arbitraryPdu), (pdu) => {
      expect(lengthOfPdu(pdu)).toBe(encodePdu(pdu).length);
    }),
    { numRuns: 300 },
  );
});

test('every request knows its response, and what is never answered has none', () => {
  const unanswered = allCommands.filter((name) => responseNameOf(name) === undefined);
  expect(unanswered.filter((name) => !name.endsWith('_resp'))).toEqual([
    'generic_nack',
    'outbind',
    'alert_notification',
  ]);
  expect(isRequest(decoded(encodePdu({ command: 'query_sm' })))).toBe(true);
  expect(isRequest(decoded(encodePdu({ command: 'query_sm_resp' })))).toBe(false);
});
