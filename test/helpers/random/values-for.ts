import type { SchemaObject } from 'ajv';

/** What is right somewhere, by a pattern or a format, and wrong elsewhere. */
const ODD: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 0.5, 7, 1e9, Number.NaN, '', [], {}, () => 1, [[]], { x: 1 }],
  ...['x', 'en', 'pt-BR', 'und', 'x-y_z', 'max', '1080p', '640x360', 'CC1', 'SERVICE64', 'ü', 'a\nb', 'a"b'],
  ...[
    'https://a.example/b/',
    'https://u:p@a.example/',
    'http://a.example/c?d#e',
    's3://bucket/key',
    'a/b.mp4',
  ],
  ...[
    'com.acme.rating',
    'public.easy-to-read',
    '2024-01-01T00:00:00Z',
    '2024-13-01T00:00:00Z',
    'AAAA',
    'AAA',
  ],
  ...['0'.repeat(64), 'f'.repeat(32), 'x'.repeat(201), 'x'.repeat(2001), '😀'.repeat(100), '😀'.repeat(101)],
];

/** Around the limits of a rule: on them, and next to them. */
const around = (limit: unknown): unknown[] =>
  typeof limit === 'number' ? [limit - 1, limit - 0.001, limit, limit + 0.001, limit + 1] : [];

const textAround = (length: unknown): string[] =>
  typeof length === 'number'
    ? [length - 1, length, length + 1].filter((count) => count >= 0).map((count) => 'x'.repeat(count))
    : [];

/** Whether a value is right by a schema. */
export type Judge = (schema: SchemaObject, value: unknown) => boolean;

/** Values for the rules of a schema and against them, at every place that it speaks of; objects have what is required. */
export function valuesFor(schema: SchemaObject | boolean, isRight: Judge): readonly unknown[] {
  if (typeof schema === 'boolean') return [null, 1, 'x'];
  const below = (rule: SchemaObject | boolean) => valuesFor(rule, isRight);
  const rules = ['if', 'then', 'else', 'not', 'anyOf', 'oneOf', 'allOf'].flatMap(
    (name): SchemaObject[] => schema[name] ?? [],
  );
  const values = [
    ...ODD,
    ...(schema['enum'] ?? []),
    ...('const' in schema ? [schema['const']] : []),
    ...['minimum', 'maximum', 'exclusiveMinimum'].flatMap((name) => around(schema[name])),
    ...['minLength', 'maxLength'].flatMap((name) => textAround(schema[name])),
    ...rules.flatMap(below),
  ];
  const { items, additionalProperties, propertyNames, properties } = schema;
  for (const rule of items === undefined ? [] : [items].flat()) {
    const each = below(rule);
    const right = each.find((value) => isRight(rule, value));
    values.push(...each.map((value) => [value]), [right, right], Array(21).fill(right));
  }
  if (typeof additionalProperties === 'object')
    values.push(...below(additionalProperties).map((value) => ({ SD: value })));
  if (propertyNames !== undefined)
    values.push(...below(propertyNames).map((name) => ({ [String(name)]: '1080p' })));
  if (properties !== undefined) values.push(...objectsFor(schema, isRight));
  return values;
}

/** With each value of each property, and without each that is required. */
function objectsFor({ properties, required = [] }: SchemaObject, isRight: Judge): object[] {
  const own = Object.entries(properties as Record<string, SchemaObject | boolean>).map(
    ([name, rule]) => [name, rule, valuesFor(rule, isRight)] as const,
  );
  const needed = Object.fromEntries(
    own
      .filter(([name]) => required.includes(name))
      .map(([name, rule, values]) => [
        name,
        values.find((value) => typeof rule === 'boolean' || isRight(rule, value)),
      ]),
  );
  const lacking = Object.keys(needed).map((name) => ({ ...needed, [name]: undefined }));
  const absent = Object.keys(needed).map((name) =>
    Object.fromEntries(Object.entries(needed).filter(([other]) => other !== name)),
  );
  const each = own.flatMap(([name, , values]) => values.map((value) => ({ ...needed, [name]: value })));
  return [needed, { ...needed, surplus: 1 }, ...lacking, ...absent, ...each];
}
