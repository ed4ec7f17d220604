// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** As much of JSON Schema as the configuration document uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One line of the reference. */
export interface FieldRow {
  readonly path: string;
  readonly type: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** Every field of the document, in its order; `*` stands for a name of one's own, `[]` for each element. */
export function fieldRows(schema: JsonSchema, path = '', isRequired = true): readonly FieldRow[] {
  const own = path === '' || isContainer(schema) ? [] : [toRow(schema, path, isRequired)];
  return [...own, ...childrenOf(schema, path)];
}

function childrenOf(schema: JsonSchema, path: string): readonly FieldRow[] {
  const { properties, additionalProperties, items, required = [] } = schema;
  const join = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([name, child]) =>
      fieldRows(child, join(name), required.includes(name)),
    );
  }
  if (typeof additionalProperties === 'object') return fieldRows(additionalProperties, join('*'));
  if (items !== undefined && isContainer(items)) return fieldRows(items, `${path}[]`);
  return [];
}

function isContainer(schema: JsonSchema): boolean {
  const { properties, additionalProperties, items } = schema;
  if (items !== undefined) return isContainer(items);
  return properties !== undefined || typeof additionalProperties === 'object';
}

function toRow(schema: JsonSchema, path: string, isRequired: boolean): FieldRow {
  return {
    path,
    type: typeOf(schema),
    fallback: fallbackOf(schema, isRequired),
    meaning: schema.description ?? '',
  };
}

function fallbackOf(schema: JsonSchema, isRequired: boolean): string {
  if (schema.default !== undefined) return `\`${JSON.stringify(schema.default)}\``;
  return isRequired ? 'required' : '';
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `\`${String(value)}\``).join(' ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  return `${String(schema.type ?? 'any')}${rangeOf(schema)}`;
}

function rangeOf({ type, minimum, maximum }: JsonSchema): string {
  if (type !== 'integer' && type !== 'number') return '';
  const isOpen = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER;
  if (minimum === undefined && isOpen) return '';
  return isOpen ? `, at least ${minimum}` : `, ${minimum ?? 0} to ${maximum}`;
}
