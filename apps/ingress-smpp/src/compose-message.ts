// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** From what a client submitted to a message, or to the one reason why there is none. */
import type { Account, AccountSmpp } from '@sendium/configuration';
import type {
  Address,
  Lane,
  Message,
  MessageId,
  RejectionCode,
  SmppFields,
  SmppTlv,
} from '@sendium/message';
import { esmClass, toOpaqueTlvs } from '@sendium/smpp-pdu';
import { clientPartOf, portsElementOf, type InformationElement } from '@sendium/text';
import { readDeliveryTimes, type DeliveryTimes } from './delivery-times.ts';
import { readContent, type Content } from './message-content.ts';
import { readRecipient, readSender } from './submit-addresses.ts';
import { ok, reject, type Result } from './submit-status.ts';
import type { Submission } from './submission.ts';

/** Who submits, over which session. */
export interface Submitter {
  readonly account: Account;
  readonly smpp: AccountSmpp;
  readonly sessionName: string;
}

/** What all messages of one submission share. */
export interface Draft {
  readonly submission: Submission;
  readonly submitter: Submitter;
  readonly from: Address;
  readonly content: Content;
  readonly times: DeliveryTimes;
  readonly nowMs: number;
  readonly tlvs: readonly SmppTlv[];
}

/** Which of them a message is. */
export interface Identity {
  readonly id: MessageId;
  /** As the client is told, where that is not `id`. */
  readonly clientMessageId?: string;
}

const lastPriority = 3;
const acknowledgements: readonly number[] = [
  0,
  esmClass.deliveryAcknowledgement,
  esmClass.manualAcknowledgement,
];

/** Checks everything but the recipient. */
export function draftMessage(
  submission: Submission,
  submitter: Submitter,
  nowMs: number,
): Result<Draft> {
  const wrong = wrongFlagOf(submission);
  if (wrong !== undefined) return reject(wrong);
  const from = readSender(submission.source, submitter.account);
  if (from.kind === 'rejected') return from;
  const { validityMs, maxSegments } = submitter.account;
  const times = readDeliveryTimes({ ...submission, nowMs, validityMs });
  if (times.kind === 'rejected') return times;
  const content = contentOf(submission, submitter);
  if (content.kind === 'rejected') return content;
  if (content.value.segments > maxSegments) return reject('too_many_segments');
  const tlvs = tlvsToHandOn(submission, content.value);
  return ok({
    ...{ submission, submitter, nowMs, tlvs },
    ...{ from: from.value, times: times.value, content: content.value },
  });
}

function wrongFlagOf(submission: Submission): RejectionCode | undefined {
  if ((submission.esmClass & esmClass.modeMask) === esmClass.transaction)
    return 'esm_class_invalid';
  if (!acknowledgements.includes(submission.esmClass & esmClass.typeMask)) {
    return 'esm_class_invalid';
  }
  if (submission.priorityFlag > lastPriority) return 'priority_invalid';
  if (submission.replaceIfPresentFlag > 1) return 'replace_flag_invalid';
  return submission.smDefaultMsgId === 0 ? undefined : 'default_message_unknown';
}

function contentOf(submission: Submission, { account, smpp }: Submitter): Result<Content> {
  const { shortMessage, needsPayload, dataCoding, protocolId } = submission;
  const { messagePayload } = submission.tlvs;
  if (messagePayload !== undefined && shortMessage.length > 0) return reject('content_ambiguous');
  if (messagePayload === undefined && needsPayload) return reject('content_missing');
  return readContent({
    // The frame that these are views of is the socket's again once the request is answered.
    octets: Buffer.from(messagePayload ?? shortMessage),
    hasHeader: hasHeader(submission),
    dataCoding,
    protocolId,
    alphabet: smpp.defaultAlphabet,
    languages: account.languages,
    elements: elementsOf(submission),
  });
}

function hasHeader(submission: Submission): boolean {
  return (submission.esmClass & esmClass.userDataHeader) !== 0;
}

/** message_payload, qos_time_to_live, congestion_state, sc_interface_version: the gateway's own affair. */
const ownTags: ReadonlySet<number> = new Set([0x0424, 0x0017, 0x0428, 0x0210]);
/** sar_msg_ref_num, sar_total_segments, sar_segment_seqnum. */
const sarTags: ReadonlySet<number> = new Set([0x020c, 0x020e, 0x020f]);

/** SAR is handed on only whole, alone, and where the message is still the one part it speaks of. */
function tlvsToHandOn(submission: Submission, content: Content): readonly SmppTlv[] {
  const isPart = isSarPart(submission) && content.segments === 1;
  return toOpaqueTlvs(submission.tlvs).filter(
    ({ tag }) => !ownTags.has(tag) && (isPart || !sarTags.has(tag)),
  );
}

/** Whether SAR is all there, and no header that counts in its place. */
function isSarPart(submission: Submission): boolean {
  const { sarMsgRefNum, sarTotalSegments, sarSegmentSeqnum } = submission.tlvs;
  const isWhole = [sarMsgRefNum, sarTotalSegments, sarSegmentSeqnum].every((n) => n !== undefined);
  return isWhole && !hasHeader(submission);
}

/** Ports told by TLVs will stand in the header of each part; beside SAR they stay TLVs. */
function elementsOf(submission: Submission): readonly InformationElement[] {
  if (submission.tlvs.destinationPort === undefined || isSarPart(submission)) return [];
  const element = portsElementOf(toOpaqueTlvs(submission.tlvs));
  return element === undefined ? [] : [element];
}

const urgentFrom = 2;
const intermediate = 0x10;
const outcomeMask = 0x03;
const noMetadata: Readonly<Record<string, string>> = Object.freeze({});

/** The message to one recipient. */
export function finishMessage(
  draft: Draft,
  destination: Address,
  identity: Identity,
): Result<Message> {
  const to = readRecipient(destination);
  if (to.kind === 'rejected') return to;
  const { submission, submitter, content, times, nowMs } = draft;
  const smpp = fieldsOf(draft, destination);
  return ok({
    ...identity,
    account: submitter.account.name,
    lane: laneOf(submission.priorityFlag, submitter.smpp),
    to: to.value,
    from: draft.from,
    ...content,
    maxSegments: submitter.account.maxSegments,
    acceptedAtMs: nowMs,
    ...times,
    deliveryReport: reportOf(submission.registeredDelivery),
    registeredDelivery: submission.registeredDelivery,
    metadata: noMetadata,
    origin: { ingress: 'smpp', session: submitter.sessionName },
    smpp,
  });
}

function fieldsOf(
  { submission, submitter, content, tlvs }: Draft,
  destination: Address,
): SmppFields {
  const { serviceType, esmClass, protocolId, priorityFlag, dataCoding, source } = submission;
  const fields = {
    ...{ serviceType, esmClass, protocolId, priorityFlag, dataCoding },
    ...{ source, destination, tlvs },
  };
  if (submitter.smpp.clientParts === 'pass') return fields;
  const part = clientPartOf({ body: content.body, smpp: fields });
  return part === undefined || part.total < 2 ? fields : { ...fields, join: true };
}

/**
 * priority_flag 0 is what every client sends that has never thought about it, so it is no less than 1:
 * both go by the account's own lane. 2 and 3 are urgent.
 */
function laneOf(priorityFlag: number, { lane }: AccountSmpp): Lane {
  return priorityFlag >= urgentFrom ? 'priority' : lane;
}

function reportOf(registeredDelivery: number): Message['deliveryReport'] {
  if ((registeredDelivery & intermediate) !== 0) return 'all';
  return (registeredDelivery & outcomeMask) === 0 ? 'none' : 'final';
}
