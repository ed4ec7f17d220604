// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** One method of a generated service definition: a question with one answer. */
export interface UnaryMethod {
  readonly path: string;
  readonly requestStream: false;
  readonly responseStream: false;
  readonly requestSerialize: (value: never) => Buffer;
  readonly requestDeserialize: (value: Buffer) => unknown;
  readonly responseSerialize: (value: never) => Buffer;
  readonly responseDeserialize: (value: Buffer) => unknown;
}

/** A generated service definition without streams. */
export type UnaryService = Readonly<Record<string, UnaryMethod>>;

/** What a method is asked with. */
export type RequestOf<M extends UnaryMethod> = ReturnType<M['requestDeserialize']>;

/** What it answers. */
export type ResponseOf<M extends UnaryMethod> = ReturnType<M['responseDeserialize']>;
