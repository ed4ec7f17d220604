// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { commandStatus as status } from './command-status.ts';

/** How a mandatory field is laid out. A C-string's `max` includes its NUL. */
export type FieldKind = 'uint8' | 'cstring' | 'octets' | 'destinations' | 'unsuccessful';

/** One mandatory field: its layout, and the status to answer when it is cut off or too long. */
export interface FieldSpec {
  readonly name: string;
  readonly kind: FieldKind;
  readonly max: number;
  readonly status: number;
}

/** One PDU: its command_id and its mandatory fields in the order of the wire. */
export interface CommandSpec {
  readonly id: number;
  readonly fields: readonly FieldSpec[];
}

// A field without a status of its own: the length of the whole does not hold what it must.
const noStatus = status.ESME_RINVCMDLEN;
const uint8 = <N extends string>(name: N, code: number = noStatus) =>
  ({ name, kind: 'uint8', max: 1, status: code }) as const;
const cstring = <N extends string>(name: N, max: number, code: number = noStatus) =>
  ({ name, kind: 'cstring', max, status: code }) as const;

const serviceType = cstring('serviceType', 6, status.ESME_RINVSERTYP);
const messageId = cstring('messageId', 65, status.ESME_RINVMSGID);
const scheduleDeliveryTime = cstring('scheduleDeliveryTime', 17, status.ESME_RINVSCHED);
const validityPeriod = cstring('validityPeriod', 17, status.ESME_RINVEXPIRY);
const registeredDelivery = uint8('registeredDelivery', status.ESME_RINVREGDLVFLG);
const smDefaultMsgId = uint8('smDefaultMsgId', status.ESME_RINVDFTMSGID);
const esmClass = uint8('esmClass', status.ESME_RINVESMCLASS);
const replaceIfPresentFlag = uint8('replaceIfPresentFlag', status.ESME_RINVREPFLAG);
const priorityFlag = uint8('priorityFlag', status.ESME_RINVPRTFLG);
const dataCoding = uint8('dataCoding');
const shortMessage = {
  name: 'shortMessage',
  kind: 'octets',
  max: 255,
  status: status.ESME_RINVMSGLEN,
} as const;

const source = (max: number) =>
  [
    uint8('sourceAddrTon', status.ESME_RINVSRCTON),
    uint8('sourceAddrNpi', status.ESME_RINVSRCNPI),
    cstring('sourceAddr', max, status.ESME_RINVSRCADR),
  ] as const;
const destination = (max: number) =>
  [
    uint8('destAddrTon', status.ESME_RINVDSTTON),
    uint8('destAddrNpi', status.ESME_RINVDSTNPI),
    cstring('destinationAddr', max, status.ESME_RINVDSTADR),
  ] as const;

const credentials = [
  cstring('systemId', 16, status.ESME_RINVSYSID),
  cstring('password', 9, status.ESME_RINVPASWD),
] as const;
const bind = [
  ...credentials,
  cstring('systemType', 13, status.ESME_RINVSYSTYP),
  uint8('interfaceVersion', status.ESME_RBINDFAIL),
  uint8('addrTon', status.ESME_RBINDFAIL),
  uint8('addrNpi', status.ESME_RBINDFAIL),
  cstring('addressRange', 41, status.ESME_RBINDFAIL),
] as const;
const bindResp = [cstring('systemId', 16)] as const;
const flags = [
  esmClass,
  uint8('protocolId'),
  priorityFlag,
  scheduleDeliveryTime,
  validityPeriod,
  registeredDelivery,
  replaceIfPresentFlag,
  dataCoding,
  smDefaultMsgId,
  shortMessage,
] as const;
const sm = [serviceType, ...source(21), ...destination(21), ...flags] as const;

/** Every PDU of SMPP 3.4 and 5.0. A new one is one line here; its type and codec follow from it. */
export const pduTable = {
  generic_nack: { id: 0x8000_0000, fields: [] },
  bind_receiver: { id: 0x01, fields: bind },
  bind_receiver_resp: { id: 0x8000_0001, fields: bindResp },
  bind_transmitter: { id: 0x02, fields: bind },
  bind_transmitter_resp: { id: 0x8000_0002, fields: bindResp },
  query_sm: { id: 0x03, fields: [messageId, ...source(21)] },
  query_sm_resp: {
    id: 0x8000_0003,
    fields: [messageId, cstring('finalDate', 17), uint8('messageState'), uint8('errorCode')],
  },
  submit_sm: { id: 0x04, fields: sm },
  submit_sm_resp: { id: 0x8000_0004, fields: [messageId] },
  deliver_sm: { id: 0x05, fields: sm },
  deliver_sm_resp: { id: 0x8000_0005, fields: [messageId] },
  unbind: { id: 0x06, fields: [] },
  unbind_resp: { id: 0x8000_0006, fields: [] },
  replace_sm: {
    id: 0x07,
    fields: [
      messageId,
      ...source(21),
      scheduleDeliveryTime,
      validityPeriod,
      registeredDelivery,
      smDefaultMsgId,
      shortMessage,
    ],
  },
  replace_sm_resp: { id: 0x8000_0007, fields: [] },
  cancel_sm: { id: 0x08, fields: [serviceType, messageId, ...source(21), ...destination(21)] },
  cancel_sm_resp: { id: 0x8000_0008, fields: [] },
  bind_transceiver: { id: 0x09, fields: bind },
  bind_transceiver_resp: { id: 0x8000_0009, fields: bindResp },
  outbind: { id: 0x0b, fields: credentials },
  enquire_link: { id: 0x15, fields: [] },
  enquire_link_resp: { id: 0x8000_0015, fields: [] },
  submit_multi: {
    id: 0x21,
    fields: [
      serviceType,
      ...source(21),
      { name: 'destinations', kind: 'destinations', max: 255, status: status.ESME_RINVNUMDESTS },
      ...flags,
    ],
  },
  submit_multi_resp: {
    id: 0x8000_0021,
    fields: [messageId, { name: 'unsuccessful', kind: 'unsuccessful', max: 255, status: noStatus }],
  },
  alert_notification: {
    id: 0x102,
    fields: [...source(65), uint8('esmeAddrTon'), uint8('esmeAddrNpi'), cstring('esmeAddr', 65)],
  },
  data_sm: {
    id: 0x103,
    fields: [
      serviceType,
      ...source(65),
      ...destination(65),
      esmClass,
      registeredDelivery,
      dataCoding,
    ],
  },
  data_sm_resp: { id: 0x8000_0103, fields: [messageId] },
  broadcast_sm: {
    id: 0x111,
    fields: [
      serviceType,
      ...source(21),
      messageId,
      priorityFlag,
      scheduleDeliveryTime,
      validityPeriod,
      replaceIfPresentFlag,
      dataCoding,
      smDefaultMsgId,
    ],
  },
  broadcast_sm_resp: { id: 0x8000_0111, fields: [messageId] },
  query_broadcast_sm: { id: 0x112, fields: [messageId, ...source(21)] },
  query_broadcast_sm_resp: { id: 0x8000_0112, fields: [messageId] },
  cancel_broadcast_sm: { id: 0x113, fields: [serviceType, messageId, ...source(21)] },
  cancel_broadcast_sm_resp: { id: 0x8000_0113, fields: [] },
} as const satisfies Readonly<Record<string, CommandSpec>>;
