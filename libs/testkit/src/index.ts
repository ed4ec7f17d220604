// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { atExit } from './at-exit.ts';
export { assertNothingLeft, Child, runningChildren } from './child.ts';
export type { ChildEnd, ChildOptions } from './child.ts';
export { eventually } from './eventually.ts';
export type { EventuallyOptions } from './eventually.ts';
export { findNatsServer, NatsServerNotFoundError } from './find-nats-server.ts';
export type { FindOptions, FoundServer, ServerOrigin } from './find-nats-server.ts';
export { freePort, freePorts } from './free-ports.ts';
export { startNatsCluster } from './nats-cluster.ts';
export type { NatsCluster } from './nats-cluster.ts';
export { startNatsServer } from './nats-server.ts';
export type { ClusterPlace, NatsServer, NatsServerOptions } from './nats-server.ts';
export { startOtlpReceiver } from './otlp-receiver.ts';
export type { OtlpReceiver, ReceiverProtocol } from './otlp-receiver.ts';
export type { AttributeValue, ReceivedSpan, SpanKindName } from './otlp-wire.ts';
export { pduMutator } from './pdu-mutator.ts';
export type { PduMutator } from './pdu-mutator.ts';
export { SmscDriver } from './smsc-driver.ts';
export type { SmscAddress, SmscInbound, SmscMessage, SmscStats } from './smsc-driver.ts';
export { spawnApp } from './spawn-app.ts';
export type { SpawnAppOptions, SpawnedApp } from './spawn-app.ts';
export { startSmsc } from './start-smsc.ts';
export type { Smsc, SmscOptions } from './start-smsc.ts';
export { referenceIn, wireTable, withReference } from './wire-table.ts';
export type { WireCase, WirePart } from './wire-table.ts';
export { neutralEnvironment, sourceEnvironment, workspaceRoot } from './workspace.ts';
