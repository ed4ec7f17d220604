// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { AddressType, Connector, SubmitDefaults } from '@sendium/configuration';
import { ton, type Address, type Message, type SmppFields, type SmppTlv } from '@sendium/message';
import type { OpaqueTlv, Tlvs } from '@sendium/smpp-pdu';

/** Everything of a submit_sm that its text does not decide. */
export interface AskedFields {
  readonly fields: {
    readonly serviceType: string;
    readonly sourceAddrTon: number;
    readonly sourceAddrNpi: number;
    readonly sourceAddr: string;
    readonly destAddrTon: number;
    readonly destAddrNpi: number;
    readonly destinationAddr: string;
    readonly protocolId: number;
    readonly priorityFlag: number;
    readonly registeredDelivery: number;
  };
  /** Without the UDHI bit. */
  readonly esmClass: number;
  readonly tlvs: Tlvs;
}

const userDataHeaderIndicator = 0x40;

/**
 * What the message asks for, and where it asks for nothing, what the connector says.
 * @param replacedTags TLVs of the message that are not sent, since something else says the same
 */
export function askedFields(
  message: Message,
  { submit, hasTlvs }: Pick<Connector, 'submit' | 'hasTlvs'>,
  replacedTags: readonly number[] = [],
): AskedFields {
  const source = sourceOf(message.from, submit);
  const destination = destinationOf(message.to, submit);
  const asked = askedBy(message);
  const wanted = asked.tlvs.filter(({ tag }) => !replacedTags.includes(tag));
  const other = hasTlvs ? tlvsOf(wanted, submit) : [];
  return {
    fields: {
      serviceType: asked.serviceType || submit.serviceType,
      sourceAddrTon: source.ton,
      sourceAddrNpi: source.npi,
      sourceAddr: source.value,
      destAddrTon: destination.ton,
      destAddrNpi: destination.npi,
      destinationAddr: destination.value,
      protocolId: asked.protocolId || submit.protocolId,
      priorityFlag: asked.priorityFlag || submit.priorityFlag,
      registeredDelivery: registeredDeliveryOf(message, submit),
    },
    esmClass: withoutUdhi(asked.esmClass) || withoutUdhi(submit.esmClass),
    tlvs: other.length === 0 ? {} : { other },
  };
}

type Asked = Pick<SmppFields, 'serviceType' | 'esmClass' | 'protocolId' | 'priorityFlag' | 'tlvs'>;

/** What came by REST asks for a protocol_id at most. */
function askedBy({ smpp, body }: Message): Asked {
  if (smpp !== undefined) return smpp;
  const protocolId = body.kind === 'binary' ? body.protocolId : 0;
  return { serviceType: '', esmClass: 0, protocolId, priorityFlag: 0, tlvs: [] };
}

function withoutUdhi(esmClass: number): number {
  return esmClass & ~userDataHeaderIndicator;
}

function sourceOf(address: Address, { addressing: { source } }: SubmitDefaults): Address {
  if (address.ton === ton.alphanumeric) return { ...address, ...source.alphanumeric };
  return address.ton === ton.international
    ? asInternational(address, source.international)
    : { ...address, ...source.short };
}

function destinationOf(address: Address, { addressing: { destination } }: SubmitDefaults): Address {
  return address.ton === ton.international
    ? asInternational(address, destination.international)
    : { ...address, ...destination.other };
}

function asInternational(
  address: Address,
  rule: (AddressType & { readonly plus: boolean }) | undefined,
): Address {
  if (rule === undefined) return address;
  const value = rule.plus ? `+${address.value}` : address.value;
  return { ton: rule.ton, npi: rule.npi, value };
}

const receiptBits = 0x03;
const intermediateBit = 0x10;
const acknowledgementBits = 0x0c;

/**
 * The gateway follows every message that wants to know anything, so whoever asks for one kind of receipt
 * asks for all; which of them the application is told is decided with the report.
 */
function registeredDeliveryOf(message: Message, { registeredDelivery }: SubmitDefaults): number {
  if (registeredDelivery !== 'asked') return registeredDelivery;
  const asked = message.registeredDelivery ?? 0;
  const isFollowed =
    (asked & (receiptBits | intermediateBit)) !== 0 ||
    (message.registeredDelivery === undefined && message.deliveryReport !== 'none');
  return (isFollowed ? 1 : 0) | (asked & (acknowledgementBits | intermediateBit));
}

function tlvsOf(asked: readonly SmppTlv[], submit: SubmitDefaults): readonly OpaqueTlv[] {
  const tags = new Set(asked.map(({ tag }) => tag));
  return [...asked, ...submit.tlvs.filter(({ tag }) => !tags.has(tag))].map(({ tag, value }) => ({
    tag,
    value: Buffer.from(value),
  }));
}
