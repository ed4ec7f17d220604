// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { webhookEvents } from '@sendium/configuration';
import { buildOpenApi } from './openapi.ts';
import { eventTypes, messageEvent, receivedEvent, testEvent } from './webhook-docs.ts';

interface WebhookItem {
  readonly post: {
    readonly requestBody: {
      readonly content: {
        readonly 'application/json': {
          readonly schema: { readonly $ref: string };
          readonly examples: Readonly<Record<string, { readonly value: { type: string } }>>;
        };
      };
    };
  };
}

const document = buildOpenApi('1.0.0') as {
  readonly webhooks: Readonly<Record<string, WebhookItem>>;
};
const schemas = { MessageEvent: messageEvent, ReceivedEvent: receivedEvent, TestEvent: testEvent };

test('/openapi.json describes every event that an endpoint can ask for, and its test', () => {
  expect([...eventTypes].sort()).toEqual([...webhookEvents].sort());
  expect(Object.keys(document.webhooks).sort()).toEqual([...webhookEvents, 'endpoint.test'].sort());
});

test('each example of a webhook is of its type and as its schema says', () => {
  for (const [type, { post }] of Object.entries(document.webhooks)) {
    const { schema, examples } = post.requestBody.content['application/json'];
    const name = schema.$ref.split('/').at(-1) as keyof typeof schemas;
    expect(Object.values(examples)).not.toEqual([]);
    for (const { value } of Object.values(examples)) {
      expect(schemas[name].parse(value)).toEqual(value);
      expect(value.type).toBe(type);
    }
  }
});
