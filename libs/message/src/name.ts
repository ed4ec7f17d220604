// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

const namePattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether a name of an account, a connector or a group may stand in a subject. */
export function isName(text: string): boolean {
  return namePattern.test(text);
}

/** The group of events that belong to no carrier: what the router decided by itself. */
export const gatewayGroup = '_gateway';
