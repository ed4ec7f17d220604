// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Logger } from '@sendium/runtime';
import type { ListenerTls } from '@sendium/smpp-link';
import {
  checkCertificates,
  readCertificateFiles,
  type CertificateFiles,
} from './certificate-files.ts';

/** Certificates change a few times a year; whoever renews one waits no longer than this. */
const lookEveryMs = 2000;

/** What is in the files, and what is told when that has changed. */
export interface FollowedCertificateParts {
  readonly files: CertificateFiles;
  readonly log: Logger;
  /** What is in use now. */
  readonly current: ListenerTls;
  /** Called with what has been checked. */
  readonly use: (tls: ListenerTls) => void;
}

/**
 * Looks at the files of a certificate again and again. It compares what they hold: mounted secrets
 * are replaced by a link elsewhere, and times of files say little. While certificate and key do not
 * match, as between the writing of the one and the other, what was in use stays.
 */
export class FollowedCertificate implements Disposable {
  readonly #parts: FollowedCertificateParts;
  /** What was met last, usable or not, so that each is tried and told once. */
  #met: string;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: FollowedCertificateParts) {
    this.#parts = parts;
    this.#met = JSON.stringify(parts.current);
    this.#lookLater();
  }

  /** Looks no more. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => this.#lookLater());
    }, lookEveryMs);
  }

  async #look(): Promise<void> {
    const { files, use, log } = this.#parts;
    try {
      const tls = await readCertificateFiles(files);
      if (this.#isClosed || !this.#isNew(JSON.stringify(tls))) return;
      checkCertificates(tls);
      use(tls);
      log.info({ certFile: files.certFile }, 'new connections are shown another certificate');
    } catch (error) {
      // What could be read and not be used has been met above and is not tried again.
      if (isUnreadable(error) && !this.#isNew(`${error.code} ${error.path ?? ''}`)) return;
      log.error({ err: error, ...files }, 'the new certificate cannot be used, the old one stays');
    }
  }

  #isNew(met: string): boolean {
    if (met === this.#met) return false;
    this.#met = met;
    return true;
  }
}

function isUnreadable(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
