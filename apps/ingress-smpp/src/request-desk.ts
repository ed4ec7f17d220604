// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** What a bound client asks for, and what it is answered. */
import type { Address, MessageIds, RejectionCode } from '@sendium/message';
import type { Clock } from '@sendium/runtime';
import type { HandledRequest, RequestAnswer } from '@sendium/smpp-link';
import {
  commandStatus,
  knowsTlvs,
  type PduOf,
  type UnsuccessfulDestination,
} from '@sendium/smpp-pdu';
import type { BoundClient } from './bound-client.ts';
import type { Client, ClientDirectory } from './client-directory.ts';
import type { ClientMessageIds } from './client-message-ids.ts';
import { draftMessage, finishMessage, type Draft, type Identity } from './compose-message.ts';
import type { Intake } from './intake.ts';
import type { MessageQueries } from './message-queries.ts';
import { statusOf } from './submit-status.ts';
import {
  destinationOf,
  destinationsOf,
  fromData,
  fromSubmit,
  type Submission,
} from './submission.ts';

/** What the desk works with. */
export interface RequestDeskParts {
  readonly directory: ClientDirectory;
  readonly intake: Intake;
  readonly ids: MessageIds;
  readonly shortIds: ClientMessageIds;
  readonly queries: MessageQueries;
  readonly clock: Clock;
}

type Asker = Pick<BoundClient, 'account' | 'sessionName' | 'interfaceVersion'>;

/** A submission that may be sent; `client` is the account as it is now. */
interface Accepted {
  readonly draft: Draft;
  readonly client: Client;
}

/** Answers the requests of bound clients. */
export class RequestDesk {
  readonly #parts: RequestDeskParts;

  constructor(parts: RequestDeskParts) {
    this.#parts = parts;
  }

  /** The answer to a request; it is there once what was accepted is durable. */
  async answer(pdu: HandledRequest, asker: Asker): Promise<RequestAnswer> {
    switch (pdu.command) {
      case 'submit_sm':
        return this.#submit(fromSubmit(pdu), destinationOf(pdu), asker, 'submit_sm_resp');
      case 'data_sm':
        return this.#submit(fromData(pdu), destinationOf(pdu), asker, 'data_sm_resp');
      case 'submit_multi':
        return this.#submitToMany(pdu, asker);
      case 'query_sm':
        return this.#parts.queries.answer(pdu, asker);
      case 'cancel_sm':
        return statusOf('cancel_unsupported');
      case 'replace_sm':
        return statusOf('replace_unsupported');
      default:
        return commandStatus.ESME_RINVCMDID;
    }
  }

  async #submit(
    submission: Submission,
    destination: Address,
    asker: Asker,
    command: 'submit_sm_resp' | 'data_sm_resp',
  ): Promise<RequestAnswer> {
    const drafted = this.#draft(submission, asker);
    if (typeof drafted === 'string') return this.#refuse(drafted);
    const id = this.#parts.ids.next(drafted.draft.nowMs);
    const shortId = await this.#shortId(drafted.client, asker);
    if (shortId?.kind === 'unavailable') return this.#refuse('unavailable');
    const identity = shortId === undefined ? { id } : { id, clientMessageId: shortId.id };
    const refusal = await this.#take(drafted, destination, identity);
    if (refusal !== undefined) return statusOf(refusal);
    return { command, messageId: identity.clientMessageId ?? id };
  }

  async #submitToMany(pdu: PduOf<'submit_multi'>, asker: Asker): Promise<RequestAnswer> {
    const destinations = destinationsOf(pdu.destinations);
    if (destinations === undefined) return this.#refuse('distribution_list_unknown');
    if (destinations.length === 0) return this.#refuse('destinations_invalid');
    const drafted = this.#draft(fromSubmit(pdu), asker);
    if (typeof drafted === 'string') return this.#refuse(drafted);
    const { ids } = this.#parts;
    const { nowMs } = drafted.draft;
    const shortId = await this.#shortId(drafted.client, asker);
    if (shortId?.kind === 'unavailable') return this.#refuse('unavailable');
    const clientMessageId = shortId?.id ?? ids.next(nowMs);
    const refusals = await Promise.all(
      destinations.map((destination) =>
        this.#take(drafted, destination, { id: ids.next(nowMs), clientMessageId }),
      ),
    );
    const [first] = refusals;
    if (first !== undefined && !refusals.includes(undefined)) return statusOf(first);
    const unsuccessful = destinations.flatMap((destination, n) =>
      toUnsuccessful(destination, refusals[n]),
    );
    return { command: 'submit_multi_resp', messageId: clientMessageId, unsuccessful };
  }

  #draft(submission: Submission, { account, sessionName }: Asker): Accepted | RejectionCode {
    const client = this.#parts.directory.current(account.name);
    if (client === undefined) return 'forbidden';
    const drafted = draftMessage(submission, { ...client, sessionName }, this.#parts.clock.nowMs());
    return drafted.kind === 'rejected' ? drafted.code : { draft: drafted.value, client };
  }

  async #take(
    { draft, client }: Accepted,
    destination: Address,
    identity: Identity,
  ): Promise<RejectionCode | undefined> {
    const { intake } = this.#parts;
    const message = finishMessage(draft, destination, identity);
    if (message.kind === 'rejected') return intake.refused(message.code);
    return intake.accept(message.value, client.account);
  }

  /** A short id for those who need one; undefined for those who are given the message's own. */
  async #shortId(
    { account, smpp }: Client,
    { interfaceVersion }: Asker,
  ): Promise<
    { readonly kind: 'given'; readonly id: string } | { readonly kind: 'unavailable' } | undefined
  > {
    const form = knowsTlvs(interfaceVersion) ? smpp.messageIds : 'hex8';
    if (form === 'full') return undefined;
    try {
      return { kind: 'given', id: await this.#parts.shortIds.next(account.name, form) };
    } catch {
      return { kind: 'unavailable' };
    }
  }

  #refuse(code: RejectionCode): number {
    return statusOf(this.#parts.intake.refused(code));
  }
}

function toUnsuccessful(
  { ton, npi, value }: Address,
  code: RejectionCode | undefined,
): readonly UnsuccessfulDestination[] {
  if (code === undefined) return [];
  return [
    {
      ...{ destAddrTon: ton, destAddrNpi: npi, destinationAddr: value },
      errorStatusCode: statusOf(code),
    },
  ];
}
