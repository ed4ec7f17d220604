// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect } from '@jest/globals';
import { startCapture, unanswered } from './capture.ts';
import { sendByKannel } from './kannel.fixture.ts';
import { kannel, tshark } from './programs.ts';
import { startReferenceServer } from './reference-server.ts';
import { whenPresent } from './when-present.fixture.ts';

whenPresent(kannel, tshark)(
  'Kannel binds, sends short and long texts, and gets their receipts; tshark has no complaint',
  async () => {
    await using server = await startReferenceServer();
    await using capture = await startCapture(server.port);
    await sendByKannel(server);
    expect(server.submitted).toHaveLength(5);
    expect(server.submitted.filter(({ esmClass }) => (esmClass & 0x40) !== 0)).toHaveLength(3);
    const { pdus, complaints } = await capture.dissect();
    expect(complaints).toEqual([]);
    expect(unanswered(pdus)).toEqual([]);
    expect(pdus.filter(({ commandId }) => commandId === 6)).toHaveLength(1);
  },
  60_000,
);
