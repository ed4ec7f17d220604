// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { acceptSession, SmppListener } from '@sendium/smpp-link';
import type { BindMode, HandledRequest, RequestAnswer, SmppSession } from '@sendium/smpp-link';
import { commandStatus } from '@sendium/smpp-pdu';
import type { PduOf } from '@sendium/smpp-pdu';
import type { SmppTarget } from './smpp-target.ts';

/** A server of our sessions alone: nothing behind it, so what fails there is the protocol. */
export interface ReferenceServer extends SmppTarget, AsyncDisposable {
  /** Every submit taken, in order. */
  readonly submitted: readonly PduOf<'submit_sm'>[];
}

const systemId = 'demo';
const password = 'secret08';

/** Takes every message and reports it delivered, to any session of the client that receives. */
export async function startReferenceServer(): Promise<ReferenceServer> {
  const submitted: PduOf<'submit_sm'>[] = [];
  const receivers = new Set<SmppSession>();
  const serve = (pdu: HandledRequest): Promise<RequestAnswer> => {
    if (pdu.command !== 'submit_sm') return Promise.resolve(commandStatus.ESME_RINVCMDID);
    submitted.push(pdu);
    const messageId = idOf(submitted.length);
    if ((pdu.registeredDelivery & 3) === 1) setImmediate(() => report(pdu, messageId, receivers));
    return Promise.resolve({ command: 'submit_sm_resp', messageId });
  };
  const listener = await SmppListener.listen({
    host: '127.0.0.1',
    port: 0,
    onConnection: ({ socket, admission }) => {
      const session: SmppSession = acceptSession(socket, {
        admission,
        onBind: (pdu) => {
          const isKnown = pdu.systemId === systemId && pdu.password === password;
          if (!isKnown) {
            return Promise.resolve({ kind: 'refused', status: commandStatus.ESME_RBINDFAIL });
          }
          const mode = pdu.command.slice('bind_'.length) as BindMode;
          if (mode !== 'transmitter') receivers.add(session);
          return Promise.resolve({ kind: 'accepted', systemId: 'sendium', interfaceVersion: 0x34 });
        },
        onRequest: serve,
      });
      void session.closed.then(() => receivers.delete(session));
    },
  });
  return {
    port: listener.port,
    systemId,
    password,
    submitted,
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

function idOf(count: number): string {
  return count.toString(16).padStart(32, '0');
}

function report(
  pdu: PduOf<'submit_sm'>,
  messageId: string,
  receivers: ReadonlySet<SmppSession>,
): void {
  const [receiver] = receivers;
  const text = `id:${messageId} sub:001 dlvrd:001 submit date:2601020304 done date:2601020305 stat:DELIVRD err:000 text:`;
  void receiver?.request({
    command: 'deliver_sm',
    esmClass: 4,
    sourceAddrTon: pdu.destAddrTon,
    sourceAddrNpi: pdu.destAddrNpi,
    sourceAddr: pdu.destinationAddr,
    destAddrTon: pdu.sourceAddrTon,
    destAddrNpi: pdu.sourceAddrNpi,
    destinationAddr: pdu.sourceAddr,
    shortMessage: Buffer.from(text, 'latin1'),
    tlvs: { receiptedMessageId: messageId, messageState: 2 },
  });
}
