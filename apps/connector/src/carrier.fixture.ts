// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readStored, sampleMessage, startBackbone, type Backbone } from '@sendium/backbone';
import {
  decodeEventBatch,
  dispatchChannel,
  streams,
  subjects,
  type DispatchItem,
  type GatewayEvent,
  type Outcome,
} from '@sendium/contracts';
import type { Message } from '@sendium/message';
import { eventually, spawnApp, startSmsc, type Smsc, type SpawnedApp } from '@sendium/testkit';

/** The connector of the tests, `sim`, in `sendium.yaml`; lines are added below it. */
export function documentFor(port: number, more: readonly string[] = []): string {
  const lines = [
    'host: 127.0.0.1',
    `port: ${port}`,
    'system_id: sendium',
    'password: secret',
    ...more,
  ];
  return [
    'version: 1',
    'accounts: { demo: {} }',
    'connectors:',
    '  sim:',
    ...lines.map((line) => `    ${line}`),
    'routes: [{ name: default, send_to: [sim] }]',
  ].join('\n');
}

/** A real nats-server, a simulated carrier and the connector between them. */
export class CarrierStage implements AsyncDisposable {
  readonly backbone: Backbone;
  readonly smsc: Smsc;
  connector: SpawnedApp;

  private constructor(backbone: Backbone, smsc: Smsc, connector: SpawnedApp) {
    this.backbone = backbone;
    this.smsc = smsc;
    this.connector = connector;
  }

  static async start(
    more: readonly string[] = [],
    smscArgs: readonly string[] = [],
  ): Promise<CarrierStage> {
    const smsc = await startSmsc({ args: smscArgs });
    const configuration = documentFor(smsc.port, more);
    const backbone = await startBackbone({ configuration });
    return new CarrierStage(backbone, smsc, await startConnector(backbone));
  }

  async restartConnector(): Promise<void> {
    this.connector = await startConnector(this.backbone);
  }

  /** Gives messages to the connector as the router does. */
  async dispatch(...items: readonly DispatchItem[]): Promise<void> {
    const { publisher } = this.backbone;
    await Promise.all(
      items.map((item) =>
        publisher.publish(dispatchChannel('sim', item.message.lane, 'test'), item),
      ),
    );
  }

  events(kind: GatewayEvent['kind']): Promise<readonly GatewayEvent[]> {
    const subject = subjects.event('sim', kind);
    const decode = (octets: Uint8Array) => decodeEventBatch(octets).events;
    return readStored(this.backbone.bus, streams.events, subject, decode);
  }

  async outcomes(): Promise<readonly Outcome[]> {
    return (await this.events('outcome')).filter((event) => event.kind === 'outcome');
  }

  /** Batches that the connector has not yet acknowledged. */
  async batchesLeft(): Promise<number> {
    const { state } = await this.backbone.bus.api<{ state: { messages: number } }>(
      `STREAM.INFO.${streams.dispatch}`,
    );
    return state.messages;
  }

  /** Waits until the connector has acknowledged everything. */
  async isAllDone(): Promise<void> {
    await eventually(
      async () => {
        const left = await this.batchesLeft();
        if (left > 0) throw new Error(`${left} batches are left`);
      },
      { timeoutMs: 50_000 },
    );
  }

  /** How many copies the carrier accepted beyond one of each message; each of `expected` must be there. */
  async duplicates(expected: number): Promise<number> {
    const counts = [...(await this.smsc.control.submissionsByToken()).values()];
    if (counts.length !== expected) throw new Error(`only ${counts.length} have arrived`);
    return counts.reduce((sum, count) => sum + count - 1, 0);
  }

  async metrics(): Promise<string> {
    const response = await fetch(`${this.connector.probeUrl}/metrics`);
    return response.text();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connector[Symbol.asyncDispose]();
    await this.smsc[Symbol.asyncDispose]();
    await this.backbone[Symbol.asyncDispose]();
  }
}

function startConnector(backbone: Backbone): Promise<SpawnedApp> {
  return spawnApp({ app: 'connector', env: { SENDIUM_NATS_URL: backbone.nats.url } });
}

/** First attempts of messages that the simulator can tell apart: each text is a token of its own. */
export function tokenItems(count: number, over: Partial<Message> = {}): readonly DispatchItem[] {
  return Array.from({ length: count }, (_, index) =>
    dispatchItem({
      body: { kind: 'text', text: `#token${index}`, encoding: 'auto', flash: false },
      ...over,
    }),
  );
}

/** The first attempt of a message. */
export function dispatchItem(over: Partial<Message> = {}): DispatchItem {
  return {
    message: sampleMessage(over),
    attempt: 0,
    history: [],
    partsDone: [],
    route: 'default',
    configurationVersion: 1,
  };
}
