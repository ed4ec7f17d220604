// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child, eventually } from '@sendium/testkit';
import { toSubmissions, type CapturedSubmission } from './captured-submission.ts';
import { programPath } from './programs.ts';

/** One SMPP PDU as tshark sees it. */
export interface CapturedPdu {
  /** The TCP connection. */
  readonly stream: string;
  readonly fromPort: string;
  readonly commandId: number;
  readonly sequenceNumber: string;
}

/** What tshark makes of a capture. */
export interface Dissection {
  readonly pdus: readonly CapturedPdu[];
  /** What it calls malformed, or marks as an error. */
  readonly complaints: readonly string[];
}

/** A running capture of one TCP port on the loopback interface. */
export interface Capture extends AsyncDisposable {
  /** Ends the capture and has it dissected as SMPP. */
  dissect(): Promise<Dissection>;
  /** Of an ended capture, every submit_sm in order, with what tshark reads in it. */
  submissions(preferences?: readonly string[]): Promise<readonly CapturedSubmission[]>;
}

/** Starts to capture; resolves when packets are being written. */
export async function startCapture(port: number): Promise<Capture> {
  const dir = mkdtempSync(join(tmpdir(), 'sendium-capture-'));
  const file = join(dir, 'run.pcap');
  const args = ['-i', 'lo', '-f', `tcp port ${port}`, '-w', file, '-P', '-q'];
  const child = await Child.start({ name: 'dumpcap', command: 'dumpcap', args, env: programPath });
  await child.until(() => Promise.resolve(statSync(file)), 10_000);
  return {
    async dissect() {
      await settled(file);
      await child.kill('SIGINT');
      return dissect(file, port);
    },
    submissions: (preferences = []) => submissionsIn(file, port, preferences),
    async [Symbol.asyncDispose]() {
      await child.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The kernel hands packets over with some delay: waits until nothing more comes for a while. */
async function settled(file: string): Promise<void> {
  let size = -1;
  let sinceMs = 0;
  const attempt = () => {
    const now = statSync(file).size;
    if (now !== size) sinceMs = performance.now();
    size = now;
    if (performance.now() - sinceMs < quietMs || size < 100) throw new Error('packets still come');
  };
  await eventually(attempt, { timeoutMs: 10_000 });
}

const quietMs = 700;
const fields = ['tcp.stream', 'tcp.srcport', 'smpp.command_id', 'smpp.sequence_number'];

async function dissect(file: string, port: number): Promise<Dissection> {
  const decode = ['-r', file, '-d', `tcp.port==${port},smpp`];
  const columns = fields.flatMap((field) => ['-e', field]);
  const lines = await tshark([
    ...decode,
    '-Y',
    'smpp',
    '-T',
    'fields',
    '-E',
    'occurrence=a',
    ...columns,
  ]);
  const complaints = await tshark([
    ...decode,
    '-Y',
    '_ws.malformed || _ws.expert.severity >= 0x800000',
  ]);
  return { pdus: lines.flatMap(pdusOf), complaints };
}

/** A packet may hold many PDUs: their fields are lists of the same length. */
function pdusOf(line: string): readonly CapturedPdu[] {
  const [stream = '', fromPort = '', commands = '', sequences = ''] = line.split('\t');
  const sequenceNumbers = sequences.split(',');
  return commands.split(',').map((command, index) => ({
    stream,
    fromPort,
    commandId: Number(command),
    sequenceNumber: sequenceNumbers[index] ?? '',
  }));
}

async function submissionsIn(
  file: string,
  port: number,
  preferences: readonly string[],
): Promise<readonly CapturedSubmission[]> {
  const decode = ['-r', file, '-d', `tcp.port==${port},smpp`, '-Y', 'smpp.command_id == 4'];
  const asked = preferences.flatMap((preference) => ['-o', preference]);
  return toSubmissions(await tsharkOctets([...decode, ...asked, '-T', 'pdml']));
}

const run = promisify(execFile);

async function tshark(args: readonly string[]): Promise<readonly string[]> {
  const stdout = (await tsharkOctets(args)).toString('utf8');
  return stdout.split('\n').filter((line) => line !== '');
}

async function tsharkOctets(args: readonly string[]): Promise<Buffer> {
  const options = { env: programPath, maxBuffer: 256 * 2 ** 20, encoding: 'buffer' } as const;
  return (await run('tshark', ['-n', ...args], options)).stdout;
}

/** The requests of a capture that nobody answered. */
export function unanswered(pdus: readonly CapturedPdu[]): readonly CapturedPdu[] {
  const key = (pdu: CapturedPdu, commandId: number) =>
    [pdu.stream, commandId, pdu.sequenceNumber].join(' ');
  const answers = new Set(pdus.filter(isAnswer).map((pdu) => key(pdu, pdu.commandId)));
  return pdus.filter(
    (pdu) => !isAnswer(pdu) && !answers.has(key(pdu, (pdu.commandId | 0x8000_0000) >>> 0)),
  );
}

function isAnswer({ commandId }: CapturedPdu): boolean {
  return commandId >= 0x8000_0000;
}
