// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { createRandom } from './random.ts';
export type { ReceivedMessage } from './received.ts';
export type { Settings } from './settings.ts';
export type { CarrierStats, BindStats, DeliveryStats } from './stats.ts';
export { startSimulator } from './simulator.ts';
export type { Simulator, SimulatorOptions } from './simulator.ts';
