// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { CarrierConnection } from './carrier.fixture.ts';
import { Carrier } from './carrier.fixture.ts';
import type { ConnectOptions } from './connect-session.ts';
import { connectSession } from './connect-session.ts';
import { FakeClock } from './fake-clock.fixture.ts';
import type { SessionEvent } from './session-options.ts';
import type { SmppSession } from './smpp-session.ts';

/** A session of ours bound to a carrier driven by hand, on a clock that stands still. */
export interface BoundPair extends AsyncDisposable {
  readonly session: SmppSession;
  readonly carrier: CarrierConnection;
  readonly clock: FakeClock;
  readonly events: SessionEvent[];
}

/** Options to bind to this port as a transceiver. */
export function connectOptions(
  port: number,
  options: Partial<ConnectOptions> = {},
): ConnectOptions {
  return {
    host: '127.0.0.1',
    port,
    bind: { mode: 'transceiver', systemId: 'sendium', password: 'secret' },
    onRequest: () => Promise.resolve(0),
    ...options,
  };
}

/** Binds; the pair closes both sides when it is disposed of and throws if a timer is left. */
export async function boundPair(options: Partial<ConnectOptions> = {}): Promise<BoundPair> {
  const listening = await Carrier.listen();
  const clock = new FakeClock();
  const events: SessionEvent[] = [];
  const onEvent = (event: SessionEvent) => events.push(event);
  const result = connectSession(connectOptions(listening.port, { clock, onEvent, ...options }));
  const carrier = await listening.accept();
  await carrier.acceptBind();
  const outcome = await result;
  if (outcome.kind !== 'bound') throw new Error(`not bound but ${outcome.kind}`);
  const { session } = outcome;
  return {
    session,
    carrier,
    clock,
    events,
    async [Symbol.asyncDispose]() {
      session.destroy();
      await session.closed;
      await listening[Symbol.asyncDispose]();
      if (clock.timers > 0) throw new Error('a timer is left');
    },
  };
}
