// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export type { ReceivedEvent } from './demo-receiver/read-event.ts';
export {
  startReceiver,
  type Manner,
  type Receiver,
  type ReceiverOptions,
} from './demo-receiver/receiver.ts';
export { AlreadyRunningError } from './leftovers.ts';
export { DocumentError } from './document.ts';
export { PortError } from './ports.ts';
export type { PortName, Ports } from './ports.ts';
export type { ProcessName, ServiceName, SimulatorChoice } from './services.ts';
export { Stack } from './stack.ts';
export { readStackFile } from './stack-file.ts';
export type { DemoAccess, StackRecord, StackUrls } from './stack-file.ts';
export type { StackOptions } from './stack-options.ts';
export { startStack } from './start-stack.ts';
export type { StackEvent } from './supervised.ts';
export { NotReadyError, ServiceRefusedError } from './supervisor.ts';
