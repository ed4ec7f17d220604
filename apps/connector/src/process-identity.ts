// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { readFileSync, readlinkSync } from 'node:fs';

/*
 * Which process this is, and whether another one has surely ended.
 *
 * A process is named by the boot of its machine, its pid namespace, its pid and the tick it was started
 * at; no other process ever has that name. One of this boot and namespace that is not there any more, or
 * is a zombie, has no open sockets: the kernel has closed them. Of all others nothing is certain.
 */

const unknownPlace = 'elsewhere';

/** The name of this process; the same for as long as it lives. */
export function processIdentity(): string {
  return [placeOf(), process.pid, startOf(process.pid) ?? 0].join(' ');
}

/** Whether the process of that name has surely ended. */
export function hasEnded(identity: string): boolean {
  const [place, pid, start] = identity.split(' ');
  if (place === undefined || place === unknownPlace || place !== placeOf()) return false;
  if (pid === undefined || !/^\d+$/.test(pid)) return false;
  return startOf(Number(pid)) !== start;
}

let place: string | undefined;

function placeOf(): string {
  return (place ??= readPlace());
}

function readPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return unknownPlace;
  }
}

/** The tick that the process was started at; undefined when it is not there, or there only in name. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command, in parentheses, may contain anything; the fields after it are the third and on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
