// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { ListenerTls } from '@sendium/smpp-link';

/** Paths of PEM files. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Where given, clients need a certificate of one of these authorities. */
  readonly clientCaFile: string | undefined;
}

/** What a listener needs of the files. Rejects with the system's error where one cannot be read. */
export async function readCertificateFiles(files: CertificateFiles): Promise<ListenerTls> {
  const { certFile, keyFile, clientCaFile } = files;
  const [cert, key, clientCa] = await Promise.all(
    [certFile, keyFile, clientCaFile].map(async (file) =>
      file === undefined ? '' : readFile(file, 'utf8'),
    ),
  );
  const pair = { cert: cert ?? '', key: key ?? '' };
  if (clientCaFile === undefined) return { ...pair, clientCertificate: 'none' };
  return { ...pair, clientCa: clientCa ?? '', clientCertificate: 'required' };
}

/** Throws where these cannot be used: no certificate, another one's key, no authorities. */
export function checkCertificates({ cert, key, clientCa = [] }: ListenerTls): void {
  createSecureContext({ cert, key });
  // TLS itself takes authorities that are none without a word, and would then let nobody in.
  for (const authority of [clientCa].flat()) new X509Certificate(authority);
}
