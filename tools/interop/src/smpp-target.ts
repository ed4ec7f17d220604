// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Where a client of another make binds: on 127.0.0.1, with these credentials. */
export interface SmppTarget {
  readonly port: number;
  readonly systemId: string;
  readonly password: string;
}
