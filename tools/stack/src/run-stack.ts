// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * `npm start`: from the start to the signal that ends it.
 *
 * A terminal's Ctrl-C arrives twice, once from the terminal and once more from npm, which hands it
 * on. So only a signal that comes clearly later than the first is a second Ctrl-C.
 */
import { describeEvent, describeStack, labelled } from './report.ts';
import type { StackOptions } from './stack-options.ts';
import type { Stack } from './stack.ts';
import { startStack } from './start-stack.ts';

const secondSignalAfterMs = 500;
const parentPollMs = 500;

/** The signals that end the stack; the hurry comes with a second one. */
class StopSignals {
  readonly #controller = new AbortController();
  #firstAt = 0;
  onHurry: () => void = () => undefined;

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => this.#take(name));
    }
    if (process.env['npm_lifecycle_event'] !== undefined) this.#stopWithParent();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async arrived(): Promise<void> {
    if (this.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Under npm there is nobody left to stop us once npm was killed. */
  #stopWithParent(): void {
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      this.#take('npm has ended');
    }, parentPollMs);
    timer.unref();
  }

  #take(name: string): void {
    const now = performance.now();
    if (!this.signal.aborted) {
      this.#firstAt = now;
      this.#controller.abort(name);
    } else if (now - this.#firstAt >= secondSignalAfterMs) this.onHurry();
  }
}

const print = (line: string): void => {
  console.log(line);
};

/** Whoever read our output may have gone; the services shall be stopped in order all the same. */
const surviveClosedOutput = (): void => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
};

const stopInOrder = async (stack: Stack, signals: StopSignals): Promise<void> => {
  const startedAt = performance.now();
  print(labelled('stopping', `all services (${String(signals.signal.reason)}); again to hurry`));
  signals.onHurry = () => {
    print(labelled('stopping', 'at once'));
    stack.killAll();
  };
  await stack.stop();
  print(labelled('stopped', `in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`));
};

/** Runs the stack until a signal; the result is the exit code. */
export const runStack = async (options: StackOptions): Promise<number> => {
  surviveClosedOutput();
  const signals = new StopSignals();
  const startedAt = performance.now();
  let stack: Stack;
  try {
    stack = await startStack({
      ...options,
      log: print,
      signal: signals.signal,
      onEvent: (event) => {
        const line = describeEvent(event);
        if (line !== undefined) print(line);
      },
    });
  } catch (error) {
    if (signals.signal.aborted) {
      print(labelled('stopped', 'before all was ready'));
      return 0;
    }
    console.error(error instanceof Error ? `\n${error.message}` : error);
    return 1;
  }
  print(labelled('ready', `in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`));
  for (const line of describeStack(stack)) print(line);
  await signals.arrived();
  await stopInOrder(stack, signals);
  return 0;
};
