// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';

/** A program of a Debian package that may be there or not. */
export interface DebianProgram {
  readonly name: string;
  /** Ends with 0 when it can be used. */
  readonly probe: readonly [command: string, ...args: string[]];
  readonly debianPackage: string;
}

/** Net::SMPP, an SMPP library in Perl. */
export const netSmpp: DebianProgram = {
  name: 'Net::SMPP',
  probe: ['perl', '-MNet::SMPP', '-MJSON::PP', '-e', '1'],
  debianPackage: 'libnet-smpp-perl',
};

/** Kannel, an SMS gateway in C. */
export const kannel: DebianProgram = {
  name: 'Kannel',
  probe: ['bearerbox', '--version'],
  debianPackage: 'kannel',
};

/** Wireshark's dissector, and the right to capture on the loopback interface. */
export const tshark: DebianProgram = {
  name: 'tshark with the right to capture',
  probe: ['dumpcap', '-q', '-i', 'lo', '-a', 'duration:1', '-w', '/dev/null'],
  debianPackage: 'tshark',
};

/** Why a program cannot be used here, or undefined when it can. */
export function lacks({ name, probe, debianPackage }: DebianProgram): string | undefined {
  const [command, ...args] = probe;
  const { status } = spawnSync(command, args, {
    stdio: 'ignore',
    timeout: 20_000,
    env: programPath,
  });
  return status === 0 ? undefined : `${name} is not here (Debian: ${debianPackage})`;
}

/** The environment these programs run in. */
export const programPath = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
