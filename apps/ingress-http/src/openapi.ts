// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** /openapi.json, made of the schemas that requests are checked with. */
import { rejections } from '@sendium/message';
import { z } from 'zod';
import { batchExamples, messageExamples, type Example } from './examples.ts';
import { pageSize } from './page-query.ts';
import { batchRequest, messageFields, messageRequest } from './request-schema.ts';
import {
  acceptedResponse,
  batchResponse,
  eventsResponse,
  inboundMessageResponse,
  inboundMessagesResponse,
  messageResponse,
  previewResponse,
  problemResponse,
} from './response-schema.ts';
import { messageEvent, receivedEvent, testEvent, webhookItems } from './webhook-docs.ts';

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const made = z.toJSONSchema(schema, { io });
  delete made.$schema;
  delete made.id;
  return made;
}

/** Inside a batch the checks come one by one; its schema shows them as if they were its own. */
function batchSchema(): object {
  const schema = schemaOf(batchRequest, 'input') as {
    properties: { defaults: object; messages: object };
  };
  const { defaults, messages } = schema.properties;
  return {
    ...schema,
    properties: {
      defaults: { ...withoutShape(defaults), anyOf: [ref('MessageFields'), { type: 'null' }] },
      messages: { ...messages, items: ref('MessageFields') },
    },
  };
}

/** The message of an event is shown as what GET answers. */
function eventSchema(schema: z.ZodType, message: string): object {
  const event = schemaOf(schema, 'output') as { properties: { data: { properties: object } } };
  const { data } = event.properties;
  const shown = { ...data, properties: { ...data.properties, message: ref(message) } };
  return { ...event, properties: { ...event.properties, data: shown } };
}

function withoutShape(schema: object): object {
  const { description } = schema as { description?: string };
  return description === undefined ? {} : { description };
}

const content = (name: string, examples?: Readonly<Record<string, Example>>): object => ({
  content: {
    'application/json': { schema: ref(name), ...(examples === undefined ? {} : { examples }) },
  },
});

const headers = { 'X-Request-Id': { schema: { type: 'string' } } };

const answer = (description: string, schema: string): object => ({
  description,
  headers,
  ...content(schema),
});

/** One entry per status, naming the codes that come with it. */
function problems(...statuses: readonly number[]): Record<string, object> {
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = Object.entries(rejections)
        .filter(([, { httpStatus }]) => httpStatus === status)
        .map(([code]) => code);
      const described = {
        description: `Refused; code: ${codes.join(', ')}`,
        headers: {
          ...headers,
          ...(status === 429 || status === 503
            ? { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds.' } }
            : {}),
        },
        content: { 'application/problem+json': { schema: ref('Problem') } },
      };
      return [String(status), described];
    }),
  );
}

const idParameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id of the message; hyphens are accepted.',
  schema: { type: 'string' },
};

const send = {
  operationId: 'sendMessage',
  summary: 'Send a message',
  description: 'Accepted means durable: it will be tried until its validity period ends.',
  requestBody: { required: true, ...content('MessageRequest', messageExamples) },
  responses: {
    202: answer('Accepted. `Location` is where to ask for it.', 'AcceptedMessage'),
    ...problems(400, 401, 413, 415, 422, 429, 503),
  },
};

const sendMany = {
  operationId: 'sendBatch',
  summary: 'Send up to 1000 messages',
  description: 'Each message is accepted or refused by itself.',
  requestBody: { required: true, ...content('BatchRequest', batchExamples) },
  responses: {
    202: answer('At least one message was accepted.', 'BatchResult'),
    ...problems(400, 401, 413, 415, 422, 429, 503),
  },
};

const preview = {
  operationId: 'previewMessage',
  summary: 'Show what would be sent',
  description:
    'Takes the body of `POST /v1/messages`, sends nothing, and answers what the connector that the ' +
    'router would choose now would send: the same numbers as sending has.',
  requestBody: { required: true, ...content('MessageRequest', messageExamples) },
  responses: {
    200: answer('What would be sent.', 'Preview'),
    ...problems(400, 401, 413, 415, 422, 503),
  },
};

const get = (operationId: string, summary: string, schema: string): object => ({
  operationId,
  summary,
  parameters: [idParameter],
  responses: { 200: answer(summary, schema), ...problems(401, 404, 503) },
});

const listInbound = {
  operationId: 'listInboundMessages',
  summary: 'SMS from mobiles, the newest first',
  parameters: [
    {
      name: 'limit',
      in: 'query',
      schema: { type: 'integer', minimum: 1, maximum: pageSize.most, default: pageSize.usual },
    },
    {
      name: 'cursor',
      in: 'query',
      description: '`next_cursor` of the page before.',
      schema: { type: 'string' },
    },
  ],
  responses: {
    200: answer('A page; `Link` leads to the next one.', 'InboundMessages'),
    ...problems(401, 422, 503),
  },
};

/** The document; `version` is that of this build. */
export function buildOpenApi(version: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sendium',
      version,
      description: 'Send SMS and follow them to their end.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths: {
      '/v1/messages': { post: send },
      '/v1/messages/batch': { post: sendMany },
      '/v1/messages/preview': { post: preview },
      '/v1/messages/{id}': { get: get('getMessage', 'What became of a message', 'Message') },
      '/v1/messages/{id}/events': {
        get: get('listMessageEvents', 'What happened to a message', 'MessageEvents'),
      },
      '/v1/inbound_messages': { get: listInbound },
      '/v1/inbound_messages/{id}': {
        get: get('getInboundMessage', 'An SMS from a mobile', 'InboundMessage'),
      },
    },
    webhooks: webhookItems(),
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      schemas: {
        MessageRequest: schemaOf(messageRequest, 'input'),
        MessageFields: schemaOf(messageFields, 'input'),
        BatchRequest: batchSchema(),
        AcceptedMessage: schemaOf(acceptedResponse, 'output'),
        Preview: schemaOf(previewResponse, 'output'),
        Message: schemaOf(messageResponse, 'output'),
        BatchResult: schemaOf(batchResponse, 'output'),
        MessageEvents: schemaOf(eventsResponse, 'output'),
        InboundMessage: schemaOf(inboundMessageResponse, 'output'),
        InboundMessages: schemaOf(inboundMessagesResponse, 'output'),
        MessageEvent: eventSchema(messageEvent, 'Message'),
        ReceivedEvent: eventSchema(receivedEvent, 'InboundMessage'),
        TestEvent: schemaOf(testEvent, 'output'),
        Problem: schemaOf(problemResponse, 'output'),
      },
    },
  };
}
