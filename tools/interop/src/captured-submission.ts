// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** A submit_sm as tshark sees it; octets in hexadecimal digits. */
export interface CapturedSubmission {
  readonly destination: string;
  readonly dataCoding: number;
  /** Of short_message; empty for none. */
  readonly octets: string;
  /** Of message_payload. */
  readonly payload?: string;
  /** What tshark reads in short_message or message_payload. */
  readonly text: string;
  readonly sar?: { readonly reference: number; readonly total: number; readonly sequence: number };
  /** What tshark reads in the header of short_message. */
  readonly part?: { readonly reference: number; readonly total: number; readonly number: number };
}

/** Every submit_sm of what tshark printed as PDML, in order. A frame may hold several. */
export function toSubmissions(pdml: Buffer): readonly CapturedSubmission[] {
  const [, ...pdus] = pdml.toString('latin1').split('<proto name="smpp"');
  return pdus.flatMap((pdu) => toSubmission(pdu) ?? []);
}

function toSubmission(pdu: string): CapturedSubmission | undefined {
  const fields = fieldsOf(pdu);
  const shown = (name: string): string => fields.get(name)?.shown ?? '';
  const number = (name: string): number => Number(shown(name));
  if (number('smpp.command_id') !== 4) return undefined;
  const payload = fields.get('smpp.message_payload')?.value;
  return {
    destination: shown('smpp.destination_addr'),
    dataCoding: number('smpp.data_coding'),
    octets: fields.get('smpp.message')?.value ?? '',
    ...(payload === undefined ? {} : { payload }),
    text: shown('smpp.message_text'),
    ...(fields.has('smpp.sar_msg_ref_num')
      ? {
          sar: {
            reference: number('smpp.sar_msg_ref_num'),
            total: number('smpp.sar_total_segments'),
            sequence: number('smpp.sar_segment_seqnum'),
          },
        }
      : {}),
    ...(fields.has('gsm_sms.udh.mm.msg_id')
      ? {
          part: {
            reference: number('gsm_sms.udh.mm.msg_id'),
            total: number('gsm_sms.udh.mm.msg_parts'),
            number: number('gsm_sms.udh.mm.msg_part'),
          },
        }
      : {}),
  };
}

interface Field {
  readonly shown: string;
  readonly value: string;
}

/** The first of each name counts. */
function fieldsOf(pdu: string): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const [, name = '', attributes = ''] of pdu.matchAll(/<field name="([^"]+)"([^>]*)>/g)) {
    if (fields.has(name)) continue;
    const attribute = (key: string): string =>
      unescaped(new RegExp(` ${key}="([^"]*)"`).exec(attributes)?.[1] ?? '');
    fields.set(name, { shown: readUtf8(attribute('show')), value: attribute('value') });
  }
  return fields;
}

/** UTF-8, but tshark writes each half of a surrogate pair for itself. */
function readUtf8(latin1: string): string {
  const halves = /\xed([\xa0-\xbf])([\x80-\xbf])/g;
  const pieces = latin1.split(halves);
  let text = '';
  for (let at = 0; at < pieces.length; at += 3) {
    text += Buffer.from(pieces[at] ?? '', 'latin1').toString('utf8');
    const [high, low] = [pieces[at + 1]?.charCodeAt(0), pieces[at + 2]?.charCodeAt(0)];
    if (high === undefined || low === undefined) continue;
    text += String.fromCharCode(0xd000 | ((high & 0x3f) << 6) | (low & 0x3f));
  }
  return text;
}

const entities: Readonly<Record<string, string>> = {
  ...{ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" },
};

function unescaped(text: string): string {
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    )
    .replace(/&(lt|gt|amp|quot|apos);/g, (whole, name: string) => entities[name] ?? whole);
}
