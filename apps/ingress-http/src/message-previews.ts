// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Configuration } from '@sendium/configuration';
import type { RoutingServiceService } from '@sendium/contracts';
import { planSubmission, type CarryingRules, type PlannedSubmission } from '@sendium/delivery';
import { RpcError, type GrpcClient } from '@sendium/grpc';
import { displayAddress, type Message } from '@sendium/message';
import type { Logger } from '@sendium/runtime';
import type { Replacement } from '@sendium/text';
import type { Answer } from './message-queries.ts';
import type { Refusal } from './problem.ts';
import type { PreviewResource } from './response-schema.ts';

/** A message that would be sent, and what smart encoding changed of it. */
export interface Previewed {
  readonly message: Message;
  readonly replacements: readonly Replacement[];
}

/** How messages are counted where no connector is known (docs/text.md). */
const defaults: CarryingRules = { longMessage: 'udh8', defaultAlphabet: 'gsm7', hasTlvs: true };

/** What connectors would send, planned as they plan it. The router knows which one is asked first. */
export class MessagePreviews {
  readonly #calls: GrpcClient<typeof RoutingServiceService>['calls'];
  readonly #configuration: { readonly current: Configuration };
  readonly #log: Logger;

  constructor(
    client: Pick<GrpcClient<typeof RoutingServiceService>, 'calls'>,
    configuration: { readonly current: Configuration },
    log: Logger,
  ) {
    this.#calls = client.calls;
    this.#configuration = configuration;
    this.#log = log;
  }

  /** What would be sent if the message were sent now. */
  async preview(previewed: Previewed): Promise<Answer<PreviewResource>> {
    const { account, to } = previewed.message;
    try {
      const { route, targets } = await this.#calls.explainRoute({ account, to: to.value });
      return this.#plan(previewed, route === '' ? null : route, targets);
    } catch (error) {
      return { kind: 'refused', refusal: this.#toRefusal(error) };
    }
  }

  #plan(
    { message, replacements }: Previewed,
    route: string | null,
    targets: readonly string[],
  ): Answer<PreviewResource> {
    const { connectors } = this.#configuration.current;
    const passedOver: string[] = [];
    for (const connector of targets) {
      const rules = connectors.get(connector);
      if (rules === undefined) return { kind: 'refused', refusal: beingChanged };
      const plan = planSubmission(message, rules, noReference);
      if (plan.kind === 'planned') {
        const way = { route, connector, passed_over: passedOver };
        return { kind: 'found', value: toResource(message, plan, { replacements, way }) };
      }
      passedOver.push(connector);
    }
    const plan = planSubmission(message, defaults, noReference);
    if (plan.kind === 'unfit') throw new Error(`composed, but ${plan.reason}`);
    const way = { route, connector: null, passed_over: passedOver };
    return { kind: 'found', value: toResource(message, plan, { replacements, way }) };
  }

  #toRefusal(error: unknown): Refusal {
    if (error instanceof RpcError) {
      this.#log.warn({ status: error.status }, 'the router did not answer a question');
      if (error.isRetryable) return { code: 'unavailable', retryAfterS: 1 };
    } else this.#log.error({ err: error }, 'a preview failed');
    return { code: 'internal' };
  }
}

/** The router routes by a connector that has not come to our ears. */
const beingChanged: Refusal = {
  code: 'unavailable',
  detail: 'The configuration is being changed',
  retryAfterS: 1,
};

/** What the parts are numbered by changes neither their count nor their length. */
const noReference = (): number => 0;

interface Surroundings {
  readonly replacements: readonly Replacement[];
  readonly way: Pick<PreviewResource, 'route' | 'connector' | 'passed_over'>;
}

function toResource(
  { from, to }: Message,
  { encoding, dataCoding, units, parts }: PlannedSubmission,
  { replacements, way }: Surroundings,
): PreviewResource {
  return {
    object: 'preview',
    from: displayAddress(from),
    to: displayAddress(to),
    encoding,
    data_coding: dataCoding,
    segments: parts.length,
    units,
    parts: parts.map(({ text = null, units: ofPart, octets }) => ({
      ...{ text, units: ofPart, octets: octets.length },
    })),
    replacements: [...replacements],
    ...way,
  };
}
