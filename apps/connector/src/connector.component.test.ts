// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from '@jest/globals';
import { assertNothingLeft, eventually } from '@sendium/testkit';
import { CarrierStage, dispatchItem } from './carrier.fixture.ts';

let stage: CarrierStage;

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  await assertNothingLeft();
});

test('a message reaches the carrier, its outcome is told, and its batch is done', async () => {
  stage = await CarrierStage.start();
  const item = dispatchItem();
  await stage.dispatch(item);
  await eventually(async () => {
    expect(await stage.smsc.control.messages()).toMatchObject([
      { text: 'Hello', source: { address: 'ACME' }, destination: { address: '447700900123' } },
    ]);
    const [message] = await stage.smsc.control.messages();
    expect(await stage.outcomes()).toMatchObject([
      {
        messageId: item.message.id,
        attempt: 0,
        part: 1,
        parts: 1,
        result: 'submitted',
        carrierMessageId: message?.answer.message_id,
        destination: '447700900123',
        receiptExpected: true,
        encoding: 'gsm7',
      },
    ]);
    expect(await stage.batchesLeft()).toBe(0);
  });
  await eventually(async () => {
    expect(await stage.events('receipt')).toMatchObject([
      { state: 'delivered', stat: 'DELIVRD', recipient: '447700900123' },
    ]);
  });
});
