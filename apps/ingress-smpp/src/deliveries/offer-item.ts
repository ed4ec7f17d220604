// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { inboundSourceOf, type Configuration } from '@sendium/configuration';
import type { Answer, OutgoingRequest } from '@sendium/smpp-link';
import { knowsTlvs } from '@sendium/smpp-pdu';
import { inboundPdus } from './inbound-pdu.ts';
import { receiptPdu } from './receipt-pdu.ts';
import type { ReceivingBind } from './receiving-binds.ts';
import type { DeliveryMetrics } from './delivery-metrics.ts';
import type { SmppItem } from './smpp-item.ts';
import { verdictOn, type DeliveryVerdict } from './delivery-verdict.ts';

/** What an offer needs besides the item and the bind. */
export interface OfferContext {
  readonly metrics: Pick<DeliveryMetrics, 'offered' | 'answered'>;
  readonly configuration: Pick<Configuration, 'connectors' | 'carriers'>;
}

/**
 * Gives the item to the client and waits for its answer, for as long as the account has agreed. Of one that
 * takes several PDUs each is given when the one before was taken.
 */
export async function offerItem(
  item: SmppItem,
  bind: ReceivingBind,
  { metrics, configuration }: OfferContext,
): Promise<DeliveryVerdict> {
  const { receipts } = bind.smpp;
  for (const pdu of pdusOf(item, bind, configuration)) {
    metrics.offered();
    const answer = await within(receipts.responseMs, bind.session.request(pdu));
    if (answer.kind === 'answered' || answer.kind === 'nacked') metrics.answered();
    const verdict = verdictOn(answer);
    if (verdict.kind !== 'delivered') return verdict;
  }
  return { kind: 'delivered' };
}

function pdusOf(
  item: SmppItem,
  { smpp, interfaceVersion }: ReceivingBind,
  configuration: OfferContext['configuration'],
): readonly OutgoingRequest<'deliver_sm'>[] {
  if (item.kind === 'report') return [receiptPdu(item, smpp.receipts)];
  const carrier = inboundSourceOf(configuration, item.part.connector) ?? unknownCarrier;
  const alphabets = { carrier, application: smpp.defaultAlphabet };
  return inboundPdus(item.part, alphabets, knowsTlvs(interfaceVersion));
}

/** One that has left the configuration. */
const unknownCarrier = { defaultAlphabet: 'gsm7', ucs2ByteOrder: 'big' } as const;

/** The session's own response timer is one for all accounts, and may be longer. */
function within(ms: number, asked: Promise<Answer<'deliver_sm'>>): Promise<Answer<'deliver_sm'>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'timeout' }), ms);
    void asked.then((answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}
