// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** Requests shown in /openapi.json; a test sends each of them. */

/** One example with its heading. */
export interface Example {
  readonly summary: string;
  readonly value: object;
}

/** Bodies for POST /v1/messages. */
export const messageExamples: Readonly<Record<string, Example>> = {
  text: {
    summary: 'A text',
    value: { to: '+447700900123', from: 'ACME', text: 'Hello' },
  },
  oneTimeCode: {
    summary: 'A one-time code: before everything else, for two minutes, in one part or not at all',
    value: {
      to: '+447700900123',
      from: 'ACME',
      text: 'Your code is 384920',
      priority: 'high',
      validity_period: 120,
      max_segments: 1,
    },
  },
  smart: {
    summary: 'A text out of a word processor, in GSM-7 after its quotation marks were replaced',
    value: {
      to: '+447700900123',
      from: 'ACME',
      text: 'It’s ready – reply “yes” to confirm',
      smart_encoding: true,
    },
  },
  turkish: {
    summary: 'Turkish in one part: for handsets that know the Turkish tables',
    value: {
      to: '+905301234567',
      from: 'ACME',
      text: 'Şifreniz 384920. Kimseyle paylaşmayın.',
      national_languages: ['turkish'],
    },
  },
  full: {
    summary: 'With references of your own, in UCS-2, told of every state',
    value: {
      to: '+49 1512 3456789',
      from: '12345',
      text: 'Grüße aus Köln 👋',
      encoding: 'ucs2',
      smart_encoding: false,
      delivery_report: 'all',
      client_reference: 'order-42',
      metadata: { campaign: 'spring' },
      webhook_url: 'https://example.com/hook',
      flash: false,
      send_at: null,
      binary: null,
    },
  },
  binary: {
    summary: 'Octets with a user data header',
    value: {
      to: '+447700900123',
      from: '+447700900456',
      binary: { data: 'SGVsbG8=', udh: 'BgUEFYIAAA==', data_coding: 245, protocol_id: 0 },
    },
  },
};

/** Bodies for POST /v1/messages/batch. */
export const batchExamples: Readonly<Record<string, Example>> = {
  campaign: {
    summary: 'The same to many, and one with a text of its own',
    value: {
      defaults: { from: 'ACME', text: 'Our shop opens at nine', priority: 'bulk' },
      messages: [
        { to: '+447700900123' },
        { to: '+447700900124', text: 'Our shop opens at nine, and your order is ready' },
      ],
    },
  },
};
