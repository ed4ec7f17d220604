// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** How the value of a TLV is laid out: sizes in octets, a C-string's maximum includes its NUL. */
export type TlvSpec =
  | { readonly tag: number; readonly kind: 'uint'; readonly size: 1 | 2 | 4; readonly min: number }
  | { readonly tag: number; readonly kind: 'cstring'; readonly max: number }
  | { readonly tag: number; readonly kind: 'octets'; readonly min: number; readonly max: number };

/** A TLV that may stand more than once in a PDU; its values are kept in order. */
type Repeated<S extends TlvSpec> = S & { readonly repeated: true };

const uint8 = (tag: number) => ({ tag, kind: 'uint', size: 1, min: 1 }) as const;
const uint16 = (tag: number) => ({ tag, kind: 'uint', size: 2, min: 2 }) as const;
const uint32 = (tag: number) => ({ tag, kind: 'uint', size: 4, min: 4 }) as const;
const cstring = (tag: number, max: number) => ({ tag, kind: 'cstring', max }) as const;
const octets = (tag: number, min: number, max: number) =>
  ({ tag, kind: 'octets', min, max }) as const;
const repeated = <S extends TlvSpec>(spec: S): Repeated<S> => ({ ...spec, repeated: true });

/** Every TLV of SMPP 3.4 and 5.0. A new one is one line here; its type follows from the line. */
export const tlvTable = {
  destAddrSubunit: uint8(0x0005),
  destNetworkType: uint8(0x0006),
  destBearerType: uint8(0x0007),
  destTelematicsId: uint16(0x0008),
  sourceAddrSubunit: uint8(0x000d),
  sourceNetworkType: uint8(0x000e),
  sourceBearerType: uint8(0x000f),
  // One octet by the book, two in some stacks.
  sourceTelematicsId: { tag: 0x0010, kind: 'uint', size: 2, min: 1 },
  qosTimeToLive: uint32(0x0017),
  payloadType: uint8(0x0019),
  additionalStatusInfoText: cstring(0x001d, 256),
  receiptedMessageId: cstring(0x001e, 65),
  msMsgWaitFacilities: uint8(0x0030),
  privacyIndicator: uint8(0x0201),
  sourceSubaddress: octets(0x0202, 2, 23),
  destSubaddress: octets(0x0203, 2, 23),
  userMessageReference: uint16(0x0204),
  userResponseCode: uint8(0x0205),
  sourcePort: uint16(0x020a),
  destinationPort: uint16(0x020b),
  sarMsgRefNum: uint16(0x020c),
  languageIndicator: uint8(0x020d),
  sarTotalSegments: uint8(0x020e),
  sarSegmentSeqnum: uint8(0x020f),
  scInterfaceVersion: uint8(0x0210),
  callbackNumPresInd: repeated(uint8(0x0302)),
  callbackNumAtag: repeated(octets(0x0303, 0, 65)),
  numberOfMessages: uint8(0x0304),
  callbackNum: repeated(octets(0x0381, 3, 65)),
  dpfResult: uint8(0x0420),
  setDpf: uint8(0x0421),
  msAvailabilityStatus: uint8(0x0422),
  networkErrorCode: octets(0x0423, 3, 3),
  messagePayload: octets(0x0424, 0, 65_535),
  deliveryFailureReason: uint8(0x0425),
  moreMessagesToSend: uint8(0x0426),
  messageState: uint8(0x0427),
  congestionState: uint8(0x0428),
  ussdServiceOp: uint8(0x0501),
  broadcastChannelIndicator: uint8(0x0600),
  broadcastContentType: octets(0x0601, 3, 3),
  broadcastContentTypeInfo: octets(0x0602, 0, 255),
  broadcastMessageClass: uint8(0x0603),
  broadcastRepNum: uint16(0x0604),
  broadcastFrequencyInterval: octets(0x0605, 3, 3),
  broadcastAreaIdentifier: repeated(octets(0x0606, 1, 255)),
  broadcastErrorStatus: repeated(uint32(0x0607)),
  broadcastAreaSuccess: uint8(0x0608),
  broadcastEndTime: cstring(0x0609, 17),
  broadcastServiceGroup: octets(0x060a, 1, 255),
  billingIdentification: octets(0x060b, 1, 1024),
  sourceNetworkId: cstring(0x060d, 66),
  destNetworkId: cstring(0x060e, 66),
  sourceNodeId: octets(0x060f, 6, 6),
  destNodeId: octets(0x0610, 6, 6),
  destAddrNpResolution: uint8(0x0611),
  destAddrNpInformation: octets(0x0612, 0, 10),
  destAddrNpCountry: octets(0x0613, 1, 5),
  displayTime: uint8(0x1201),
  smsSignal: uint16(0x1203),
  // One octet in 3.4; 5.0 adds units and a number.
  msValidity: octets(0x1204, 1, 4),
  // May have no value at all.
  alertOnMessageDelivery: { tag: 0x130c, kind: 'uint', size: 1, min: 0 },
  itsReplyType: uint8(0x1380),
  itsSessionInfo: octets(0x1383, 2, 2),
} as const satisfies Readonly<Record<string, TlvSpec | Repeated<TlvSpec>>>;

/** The name of a known TLV, in camel case. */
export type TlvName = keyof typeof tlvTable;

type One<S extends TlvSpec> = S['kind'] extends 'uint'
  ? number
  : S['kind'] extends 'cstring'
    ? string
    : Buffer;
type ValueOf<S extends TlvSpec> = S extends Repeated<TlvSpec> ? readonly One<S>[] : One<S>;

/** A TLV this table does not know (vendor range 0x1400-0x3FFF and others): kept as it came. */
export interface OpaqueTlv {
  readonly tag: number;
  readonly value: Buffer;
}

/** The TLVs of a PDU: known ones typed by name, unknown ones in `other` in their order. */
export type Tlvs = {
  readonly [N in TlvName]?: ValueOf<(typeof tlvTable)[N]>;
} & { readonly other?: readonly OpaqueTlv[] };
