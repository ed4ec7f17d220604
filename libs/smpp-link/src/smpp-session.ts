// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import type {
  MalformedPdu,
  Pdu,
  PduInput,
  PduOf,
  RequestName,
  ResponseName,
} from '@sendium/smpp-pdu';
import { commandStatus, decodePdu, isRequest, responseNameOf } from '@sendium/smpp-pdu';
import type { Answer, OutgoingRequest } from './answer.ts';
import { InboundRequests } from './inbound-requests.ts';
import { PduWire } from './pdu-wire.ts';
import { PendingRequests } from './pending-requests.ts';
import type { BindMode, SessionRole } from './permitted-requests.ts';
import { refusalOf } from './permitted-requests.ts';
import type {
  BindRequest,
  BindVerdict,
  CloseReason,
  HandledRequest,
  SessionOptions,
} from './session-options.ts';
import { SessionDeadlines } from './session-deadlines.ts';
import type { BindOutcome, SessionState } from './session-state.ts';
import { adaptTo } from './adapt-to-peer.ts';

type BindFields = Omit<
  PduInput<'bind_transceiver'>,
  'command' | 'commandStatus' | 'sequenceNumber'
>;

const unboundKinds = new Set<SessionState['kind']>(['open', 'binding', 'authenticating']);

/**
 * One SMPP session on one socket, of either role. Invariants:
 *
 * 1. Every request ends exactly once, whatever the peer or the network does (`Answer`): by its answer,
 *    by the response timer, or when the session ends.
 * 2. 'unsent' is said only of what was never handed to the socket; whatever may have left is 'lost'.
 * 3. A request of the peer is answered when its handler is done, not before; with `maxInboundPending`
 *    in work, or too much unread by the peer, we stop reading. That is all back-pressure there is, and
 *    it bounds memory. While we do not read, silence is not the peer's fault.
 * 4. Nothing a peer sends throws: what is malformed is answered as such, within a budget.
 * 5. Only `#finish` ends a session, once; `closed` then resolves and nothing of it is left.
 */
export class SmppSession {
  /** Resolves with the reason when the session has ended; never rejects. */
  readonly closed: Promise<CloseReason>;
  readonly #role: SessionRole;
  readonly #options: SessionOptions;
  readonly #wire: PduWire;
  readonly #pending = new PendingRequests();
  readonly #deadlines: SessionDeadlines;
  readonly #settleClosed: (reason: CloseReason) => void;
  readonly #inbound: InboundRequests;
  #maxInboundPending: number;
  #isWithCarrier = false;
  #state: SessionState = { kind: 'open', cancelTimer: () => undefined };

  /** `socket` is connected and from now on belongs to the session. */
  constructor(socket: Socket, role: SessionRole, options: SessionOptions) {
    let settleClosed: (reason: CloseReason) => void = () => undefined;
    this.closed = new Promise((resolve) => (settleClosed = resolve));
    this.#settleClosed = settleClosed;
    this.#role = role;
    this.#options = options;
    this.#maxInboundPending = options.maxInboundPending;
    this.#inbound = new InboundRequests({
      ...options,
      role,
      write: (pdu, sequenceNumber) => this.#wire.write(pdu, sequenceNumber),
      onAnswered: () => this.#onAnswered(),
    });
    this.#wire = new PduWire(
      socket,
      {
        onFrame: (frame) => this.#onFrame(frame),
        onHeard: () => this.#deadlines.heard(),
        onCorrupt: (commandLength) => this.#onCorrupt(commandLength),
        onGone: (code) => this.#onGone(code),
        isBusy: () => this.#inbound.size >= this.#maxInboundPending,
      },
      options,
    );
    this.#deadlines = new SessionDeadlines({
      wire: this.#wire,
      pending: this.#pending,
      options,
      isLive: () => this.#state.kind === 'bound' || this.#state.kind === 'draining',
      onExpired: () => this.#endDrainWhenDone(),
      onEnquire: () => this.#send('enquire_link'),
      onSilent: (kind) => this.#finish({ kind }),
    });
    if (role === 'client') return;
    const { sessionInitMs } = options.timers;
    const cancelTimer = this.#startTimer(sessionInitMs, { kind: 'session-init-timeout' });
    this.#state = { kind: 'open', cancelTimer };
  }

  /** Whether requests are taken. */
  get isBound(): boolean {
    return this.#state.kind === 'bound';
  }

  /** How many requests wait for their answer. */
  get inFlight(): number {
    return this.#pending.size;
  }

  /** How many requests of the peer are in work. */
  get inboundPending(): number {
    return this.#inbound.size;
  }

  /**
   * Sends a request and resolves with how it ended; never rejects. The window is the caller's: each
   * call is one more in flight.
   */
  request<P extends OutgoingRequest>(pdu: P): Promise<Answer<P['command']>>;
  request(pdu: OutgoingRequest): Promise<Answer> {
    if (this.#state.kind !== 'bound') return Promise.resolve({ kind: 'unsent' });
    const sequenceNumber = this.#pending.nextSequenceNumber();
    const ordinal = this.#wire.write(pdu, sequenceNumber);
    if (typeof ordinal === 'string') return Promise.resolve({ kind: 'invalid', reason: ordinal });
    const deadlineMs = this.#deadlines.startResponse();
    const response = responseNameOf(pdu.command);
    return new Promise((settle) => {
      this.#pending.add(sequenceNumber, { response, deadlineMs, ordinal, settle });
    });
  }

  /** Binds as a client, once, on a session just opened; resolves with how it ended. */
  bind(mode: BindMode, fields: BindFields): Promise<BindOutcome> {
    const sequenceNumber = this.#pending.nextSequenceNumber();
    const written = this.#wire.write({ ...fields, command: `bind_${mode}` }, sequenceNumber);
    if (typeof written === 'string') this.#finish({ kind: 'invalid-bind', reason: written });
    return new Promise((settle) => {
      // However it ends: an answer to the bind that comes first has settled this before.
      void this.closed.then((reason) => settle({ kind: 'failed', reason }));
      if (this.#state.kind !== 'open') return;
      const cancelTimer = this.#startTimer(this.#options.timers.bindMs, { kind: 'bind-timeout' });
      this.#state = { kind: 'binding', mode, sequenceNumber, settle, cancelTimer };
    });
  }

  /**
   * Ends the session in order: takes no more requests, waits for the answers owed on both sides (at
   * most `drainMs`), unbinds, closes. Resolves when it has ended.
   */
  unbind(): Promise<CloseReason> {
    if (this.#state.kind === 'bound') this.#drain(this.#state.mode, 'us', 0);
    else if (unboundKinds.has(this.#state.kind)) this.destroy();
    return this.closed;
  }

  /** Ends the session now: what waits to be written is not, requests in flight are lost. */
  destroy(): void {
    this.#finish({ kind: 'destroyed' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unbind();
  }

  // What comes in

  #onFrame(frame: Buffer): void {
    const decoded = decodePdu(frame, this.#options);
    if (decoded.kind === 'pdu') this.#onPdu(decoded.pdu);
    else this.#onMalformed(decoded);
  }

  #onPdu(pdu: Pdu): void {
    switch (pdu.command) {
      case 'enquire_link':
        this.#wire.write({ command: 'enquire_link_resp' }, pdu.sequenceNumber);
        break;
      // Never answered, and to have been heard is all they are for here.
      case 'enquire_link_resp':
      case 'outbind':
      case 'alert_notification':
        break;
      case 'unbind':
        this.#onUnbind(pdu.sequenceNumber);
        break;
      case 'bind_receiver':
      case 'bind_transmitter':
      case 'bind_transceiver':
        this.#onBind(pdu);
        break;
      default:
        if (isRequest(pdu)) this.#onRequest(pdu);
        else this.#onResponse(pdu);
    }
  }

  #onResponse(pdu: PduOf<ResponseName>): void {
    const state = this.#state;
    if (state.kind === 'binding' && this.#onBindAnswer(pdu, state)) return;
    if (state.kind === 'unbinding' && pdu.sequenceNumber === state.sequenceNumber) {
      this.#end({ kind: 'unbound', by: 'us' });
    } else if (this.#pending.answer(pdu)) this.#endDrainWhenDone();
    else this.#options.onEvent({ kind: 'unexpected-response', pdu });
  }

  #onBindAnswer(pdu: PduOf<ResponseName>, state: SessionState & { kind: 'binding' }): boolean {
    const { command, commandStatus: status } = pdu;
    if (command !== `bind_${state.mode}_resp` && command !== 'generic_nack') return false;
    if (command === 'generic_nack' || status !== commandStatus.ESME_ROK) {
      this.#end({ kind: 'bind-refused', status });
      state.settle({ kind: 'refused', status });
    } else {
      this.#becomeBound(state.mode);
      const { systemId, tlvs } = pdu as PduOf<'bind_transceiver_resp'>;
      state.settle({ kind: 'bound', systemId, interfaceVersion: tlvs.scInterfaceVersion });
    }
    return true;
  }

  #becomeBound(mode: BindMode): void {
    if ('cancelTimer' in this.#state) this.#state.cancelTimer();
    this.#state = { kind: 'bound', mode };
    this.#wire.maxPduLength = this.#options.maxPduLength;
    this.#deadlines.startWatch();
  }

  #onBind(pdu: BindRequest): void {
    const { onBind } = this.#options;
    const refusal = this.#refusalOf(pdu.command);
    if (refusal !== undefined || onBind === undefined || this.#state.kind !== 'open') {
      this.#inbound.refuse(pdu, refusal ?? commandStatus.ESME_RALYBND);
      return;
    }
    this.#state = { ...this.#state, kind: 'authenticating' };
    void this.#inbound.attempt(() => onBind(pdu)).then((verdict) => this.#onVerdict(pdu, verdict));
  }

  #onVerdict(pdu: BindRequest, verdict: BindVerdict | undefined): void {
    if (this.#state.kind !== 'authenticating') return;
    const command = `${pdu.command}_resp` as const;
    if (verdict?.kind !== 'accepted') {
      this.#state = { ...this.#state, kind: 'open' };
      const status = verdict?.status ?? commandStatus.ESME_RSYSERR;
      this.#wire.write({ command, commandStatus: status }, pdu.sequenceNumber);
      if (verdict?.closes === true) this.#end({ kind: 'bind-refused', status });
      return;
    }
    this.#wire.adapt = adaptTo(pdu.interfaceVersion, this.#options.congestionState);
    const { systemId, interfaceVersion, maxInboundPending } = verdict;
    this.#maxInboundPending = maxInboundPending ?? this.#maxInboundPending;
    this.#isWithCarrier = verdict.isCarrier === true;
    const tlvs = interfaceVersion === undefined ? {} : { scInterfaceVersion: interfaceVersion };
    this.#becomeBound(pdu.command.slice('bind_'.length) as BindMode);
    this.#wire.write({ command, systemId, tlvs }, pdu.sequenceNumber);
  }

  #onRequest(pdu: HandledRequest): void {
    const refusal = this.#refusalOf(pdu.command);
    if (refusal === undefined) void this.#inbound.take(pdu);
    else this.#inbound.refuse(pdu, refusal);
  }

  #refusalOf(command: RequestName): number | undefined {
    const state = this.#state;
    const mode = 'mode' in state && state.kind !== 'binding' ? state.mode : 'unbound';
    const refusal = refusalOf(command, this.#role, mode, this.#isWithCarrier);
    if (refusal !== undefined || mode === 'unbound' || state.kind === 'bound') return refusal;
    // Nothing new is begun while the session ends; the peer may try again on the next one.
    return this.#inbound.temporaryErrorFor(command);
  }

  #onAnswered(): void {
    this.#wire.resume();
    this.#endDrainWhenDone();
  }

  #onMalformed(malformed: MalformedPdu): void {
    if (this.#inbound.refuseMalformed(malformed)) return;
    if (this.isBound) this.#send('unbind');
    this.#end({ kind: 'too-many-malformed' });
  }

  #onCorrupt(commandLength: number): void {
    const status = commandStatus.ESME_RINVCMDLEN;
    this.#options.onEvent({ kind: 'malformed', status, reason: 'command_length cannot be true' });
    this.#wire.write({ command: 'generic_nack', commandStatus: status }, 0);
    this.#end({ kind: 'corrupt-stream', commandLength });
  }

  // How it ends

  #onUnbind(sequenceNumber: number): void {
    const state = this.#state;
    if (state.kind === 'bound') this.#drain(state.mode, 'peer', sequenceNumber);
    else if (state.kind === 'draining') this.#state = { ...state, by: 'peer', sequenceNumber };
    else {
      const isLate = state.kind === 'unbinding';
      const status = isLate ? commandStatus.ESME_ROK : commandStatus.ESME_RINVBNDSTS;
      this.#wire.write({ command: 'unbind_resp', commandStatus: status }, sequenceNumber);
    }
  }

  #drain(mode: BindMode, by: 'us' | 'peer', sequenceNumber: number): void {
    const { clock, timers } = this.#options;
    const cancelTimer = clock.startTimer(timers.drainMs, () => this.#endDrain());
    this.#state = { kind: 'draining', mode, by, sequenceNumber, cancelTimer };
    this.#endDrainWhenDone();
  }

  #endDrainWhenDone(): void {
    if (this.#pending.size === 0 && this.#inbound.size === 0) this.#endDrain();
  }

  #endDrain(): void {
    if (this.#state.kind !== 'draining') return;
    this.#state.cancelTimer();
    const { by, mode, sequenceNumber: peersSequenceNumber } = this.#state;
    if (by === 'peer') {
      this.#wire.write({ command: 'unbind_resp' }, peersSequenceNumber);
      this.#end({ kind: 'unbound', by });
      return;
    }
    const sequenceNumber = this.#send('unbind');
    const cancelTimer = this.#startTimer(this.#options.timers.unbindMs, { kind: 'unbound', by });
    this.#state = { kind: 'unbinding', mode, sequenceNumber, cancelTimer };
  }

  /** Writes what is in line, closes our half and waits for the peer to close its own. */
  #end(reason: CloseReason): void {
    const state = this.#state;
    if (state.kind === 'closing' || state.kind === 'closed') return;
    if ('cancelTimer' in state) state.cancelTimer();
    const cancelTimer = this.#startTimer(this.#options.timers.unbindMs, reason);
    this.#state = { kind: 'closing', reason, cancelTimer };
    this.#wire.end();
    this.#pending.settleAll(this.#wire.flushedOrdinal);
  }

  #onGone(code: string | undefined): void {
    if (this.#state.kind === 'closing') this.#finish(this.#state.reason);
    else if (code === undefined) this.#finish({ kind: 'closed-by-peer' });
    else this.#finish({ kind: 'socket-error', code });
  }

  #finish(reason: CloseReason): void {
    const state = this.#state;
    if (state.kind === 'closed') return;
    if ('cancelTimer' in state) state.cancelTimer();
    this.#state = { kind: 'closed', reason };
    this.#deadlines.cancel();
    this.#wire.destroy();
    this.#pending.settleAll(this.#wire.flushedOrdinal);
    this.#settleClosed(reason);
  }

  #send(command: 'enquire_link' | 'unbind'): number {
    const sequenceNumber = this.#pending.nextSequenceNumber();
    this.#wire.write({ command }, sequenceNumber);
    return sequenceNumber;
  }

  #startTimer(delayMs: number, reason: CloseReason): () => void {
    return this.#options.clock.startTimer(delayMs, () => this.#finish(reason));
  }
}
