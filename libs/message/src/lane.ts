// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The lanes, most urgent first: a flood in a later one never delays an earlier one. */
export const lanes = ['priority', 'normal', 'bulk'] as const;

/** `priority` carries one-time codes, `normal` everything else, `bulk` campaigns. */
export type Lane = (typeof lanes)[number];
