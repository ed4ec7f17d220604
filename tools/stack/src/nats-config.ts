// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { statfs } from 'node:fs/promises';

import { defaultTopology } from '@sendium/contracts';

import type { Ports } from './ports.ts';
import type { StateDir } from './state-dir.ts';

export type SyncInterval = 'always' | 'os';

const mebibyte = 1024 ** 2;

/** How much of the disk JetStream may take, in octets. */
export interface StoreRoom {
  readonly storeBytes: number;
  readonly eventsMaxBytes: number;
  readonly deadMaxBytes: number;
}

/** nats-server refuses streams that reserve more than its store has: all shrink with the disk. */
export const roomOnDisk = (diskBytes: number): StoreRoom => {
  const half = Math.floor(diskBytes / 2 / mebibyte) * mebibyte;
  const storeBytes = Math.min(Math.max(half, 512 * mebibyte), 16_384 * mebibyte);
  return {
    storeBytes,
    eventsMaxBytes: Math.min(storeBytes / 2, defaultTopology.eventsMaxBytes),
    deadMaxBytes: Math.min(storeBytes / 16, defaultTopology.deadMaxBytes),
  };
};

/** The room on the disk that holds the folder; always the same for the same disk. */
export const roomFor = async (folder: string): Promise<StoreRoom> => {
  const { blocks, bsize } = await statfs(folder);
  return roomOnDisk(blocks * bsize);
};

export interface NatsConfig {
  readonly ports: Ports;
  readonly state: StateDir;
  readonly storeBytes: number;
  /** 'always' syncs before each acknowledgement; 'os' leaves that to the system. */
  readonly syncInterval: SyncInterval;
}

/** The configuration file of nats-server. */
export const natsConfigText = ({ ports, state, storeBytes, syncInterval }: NatsConfig): string =>
  [
    '# Written at each start; edits are lost.',
    'server_name: sendium',
    `listen: "127.0.0.1:${ports.nats}"`,
    `http: "127.0.0.1:${ports.nats_monitor}"`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(state.natsStore)}`,
    `  max_file_store: ${storeBytes}`,
    ...(syncInterval === 'always' ? ['  sync_interval: always'] : []),
    '}',
    '',
  ].join('\n');
