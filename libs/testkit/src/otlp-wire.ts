// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Reads OTLP traces (opentelemetry/proto/collector/trace/v1) as far as tests look at them: a reader of
 * protobuf's wire format that knows these few fields.
 */

/** A span as the collector gets it. */
export interface ReceivedSpan {
  /** service.name of the resource. */
  readonly service: string;
  readonly resource: Readonly<Record<string, AttributeValue>>;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: SpanKindName;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly isError: boolean;
  readonly statusMessage: string;
  readonly events: number;
}

/** What attributes are here. */
export type AttributeValue = string | number | boolean;

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/** SpanKind in words. */
export type SpanKindName = (typeof kinds)[number];

interface Field {
  readonly number: number;
  /** Of varints and fixed numbers. */
  readonly value: bigint;
  readonly octets: Buffer;
}

const none = Buffer.alloc(0);

function fieldsOf(octets: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const octet = octets[at++];
      if (octet === undefined) throw new RangeError('a varint without an end');
      value |= BigInt(octet & 0x7f) << shift;
      if (octet < 0x80) return value;
    }
  };
  while (at < octets.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    switch (tag & 7) {
      case 0:
        fields.push({ number, value: varint(), octets: none });
        break;
      case 1:
        fields.push({ number, value: octets.readBigUInt64LE(at), octets: none });
        at += 8;
        break;
      case 2: {
        const length = Number(varint());
        fields.push({ number, value: 0n, octets: octets.subarray(at, at + length) });
        at += length;
        break;
      }
      case 5:
        fields.push({ number, value: BigInt(octets.readUInt32LE(at)), octets: none });
        at += 4;
        break;
      default:
        throw new RangeError(`wire type ${tag & 7} is not read here`);
    }
  }
  return fields;
}

const all = (fields: readonly Field[], number: number): Buffer[] =>
  fields.filter((field) => field.number === number).map(({ octets }) => octets);
const octetsAt = (fields: readonly Field[], number: number): Buffer =>
  fields.findLast((field) => field.number === number)?.octets ?? none;
const textAt = (fields: readonly Field[], number: number): string =>
  octetsAt(fields, number).toString('utf8');
const hexAt = (fields: readonly Field[], number: number): string =>
  octetsAt(fields, number).toString('hex');
const numberAt = (fields: readonly Field[], number: number): bigint =>
  fields.findLast((field) => field.number === number)?.value ?? 0n;

/** The spans of an ExportTraceServiceRequest. */
export function readTraceRequest(octets: Buffer): ReceivedSpan[] {
  return all(fieldsOf(octets), 1).flatMap((resourceSpans) => {
    const fields = fieldsOf(resourceSpans);
    const resource = attributesOf(all(fieldsOf(octetsAt(fields, 1)), 1));
    const spans = all(fields, 2).flatMap((scopeSpans) => all(fieldsOf(scopeSpans), 2));
    return spans.map((span) => readSpan(fieldsOf(span), resource));
  });
}

function readSpan(fields: Field[], resource: ReceivedSpan['resource']): ReceivedSpan {
  const status = fieldsOf(octetsAt(fields, 15));
  return {
    service: String(resource['service.name']),
    resource,
    traceId: hexAt(fields, 1),
    spanId: hexAt(fields, 2),
    parentSpanId: hexAt(fields, 4),
    name: textAt(fields, 5),
    kind: kinds[Number(numberAt(fields, 6))] ?? 'unspecified',
    startMs: Number(numberAt(fields, 7)) / 1e6,
    endMs: Number(numberAt(fields, 8)) / 1e6,
    attributes: attributesOf(all(fields, 9)),
    links: all(fields, 13).map((link) => {
      const linked = fieldsOf(link);
      return { traceId: hexAt(linked, 1), spanId: hexAt(linked, 2) };
    }),
    events: all(fields, 11).length,
    statusMessage: textAt(status, 2),
    isError: numberAt(status, 3) === 2n,
  };
}

function attributesOf(entries: readonly Buffer[]): Record<string, AttributeValue> {
  const pairs = entries.map((entry) => {
    const fields = fieldsOf(entry);
    return [textAt(fields, 1), valueOf(fieldsOf(octetsAt(fields, 2)))] as const;
  });
  return Object.fromEntries(pairs);
}

function valueOf([field]: readonly Field[]): AttributeValue {
  switch (field?.number) {
    case 2:
      return field.value === 1n;
    case 3:
      return Number(BigInt.asIntN(64, field.value));
    case 4: {
      const octets = Buffer.alloc(8);
      octets.writeBigUInt64LE(field.value);
      return octets.readDoubleLE();
    }
    default:
      return field?.octets.toString('utf8') ?? '';
  }
}
