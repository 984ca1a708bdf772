import type { SchemaObject } from 'ajv';
import { ONE_LINE_PATTERN } from '../base/printable.ts';
import { LABEL } from '../keys/label-policy.ts';
import { PUBLIC_CHARACTERISTICS, ROLES } from '../media/roles.ts';
import { captionSchema } from './caption-schema.ts';
import { conditional } from './conditional-schema.ts';
import { CONTENT_ID_SCHEMA } from './content-id.ts';
import { detailSchemas } from './details-schema.ts';
import { markerListSchema } from './marker-schema.ts';
import { TARGET_SCHEMA } from './target-schema.ts';
import { THUMBNAIL_SCHEMA } from './thumbnail-schema.ts';

/*
 * Each schema states in `description` what is expected wherever the rule itself does not say it to a reader:
 * complaints quote it.
 */
const path = { type: 'string', minLength: 1, description: 'the path of a file' };

const trackId = { type: 'integer', minimum: 1, maximum: 0xffff_ffff };
const language = {
  type: 'string',
  pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
  description: 'a language such as "fr", "fra" or "pt-BR"',
};
const pick = {
  anyOf: [language, trackId],
  description: 'a language such as "fr", or the id of an audio track',
};

const role = { enum: Object.keys(ROLES) };
const characteristic = {
  anyOf: [
    { enum: PUBLIC_CHARACTERISTICS },
    { type: 'string', pattern: '^(?!public\\.)[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$' },
  ],
  description: `one of ${PUBLIC_CHARACTERISTICS.join(', ')}, or a name below a domain of your own such as "com.acme.slow"`,
};
/** One, or a list of several. */
const oneOrMore = (one: SchemaObject): SchemaObject =>
  conditional({ type: 'array' }, { type: 'array', items: one, minItems: 1, uniqueItems: true }, one);

/** What is said of what is listened to, read or watched. */
const BESIDE_TRICK_PLAY = [
  'audio',
  'language',
  'roles',
  'label',
  'characteristics',
  'default',
  'forced',
  'sdh',
  'score',
];

// A condition, not a union: a mistake inside the object is then told as what it is.
const input = {
  ...path,
  type: ['string', 'object'],
  if: { type: 'string' },
  else: {
    properties: {
      file: path,
      video: { anyOf: [{ const: false }, trackId], description: 'false, or the id of a video track' },
      audio: {
        anyOf: [{ const: false }, pick, { type: 'array' }],
        // Beside the union: a mistake in the list is then told as what it is.
        items: pick,
        minItems: 1,
        description: 'false, or a list of languages and ids of audio tracks',
      },
      language,
      roles: oneOrMore(role),
      label: {
        type: 'string',
        pattern: ONE_LINE_PATTERN,
        maxLength: 100,
        description: 'a name of at most 100 characters, without quotation marks and line breaks',
      },
      characteristics: oneOrMore(characteristic),
      default: { type: 'boolean' },
      forced: { type: 'boolean' },
      sdh: { type: 'boolean' },
      trickPlay: { type: 'boolean' },
      score: {
        type: 'number',
        minimum: 0.001,
        maximum: 1e6,
        description: 'a number from 0.001 to 1,000,000, the higher the better',
      },
    },
    required: ['file'],
    additionalProperties: false,
    allOf: [
      {
        not: {
          type: 'object',
          properties: { forced: { const: true }, sdh: { const: true } },
          required: ['forced', 'sdh'],
        },
        description: 'text that is forced, or for the deaf and hard of hearing (sdh), not both',
      },
      {
        not: {
          type: 'object',
          properties: { trickPlay: { const: true } },
          required: ['trickPlay'],
          anyOf: [
            ...BESIDE_TRICK_PLAY.map((name) => ({ required: [name] })),
            { properties: { video: { const: false } }, required: ['video'] },
          ],
        },
        description:
          'pictures for trick play alone: beside `trickPlay` only `file` and the id of the `video`',
      },
    ],
  },
};

const label = {
  type: 'string',
  pattern: LABEL.source,
  description: 'a label: 1 to 64 letters, digits, "+", "-", "_" and ".", the first a letter or a digit',
};
const limit = {
  type: 'string',
  pattern: '^([1-9][0-9]{0,4}x[1-9][0-9]{0,4}|[1-9][0-9]{0,4}p|max)$',
  description: 'a size such as "1920x1080", a height such as "1080p", or "max"',
};

// A function of the program passes: it has none of the types that JSON knows. An object is looked at by its properties.
const keyPolicy = {
  if: { not: { type: ['string', 'number', 'boolean', 'null', 'array'] } },
  else: { enum: ['one', 'audio-video', 'by-quality'] },
  properties: {
    limits: {
      type: 'object',
      propertyNames: label,
      additionalProperties: limit,
      minProperties: 1,
      description: 'sizes by label, such as { SD: "1024x576", HD: "max" }',
    },
    audio: label,
  },
  required: ['limits'],
  additionalProperties: false,
};

/** What a file of markers holds. */
export const MARKER_LIST_SCHEMA = markerListSchema(language);

const markers = conditional({ type: 'string' }, path, {
  ...MARKER_LIST_SCHEMA,
  description: `${MARKER_LIST_SCHEMA['description']}, or the path of a file with one`,
});

const fields = {
  contentId: CONTENT_ID_SCHEMA,
  inputs: { type: 'array', items: input },
  output: { ...path, description: 'the path of a folder' },
  modes: {
    type: 'array',
    items: { type: 'string', minLength: 1, description: 'the name of a mode' },
    minItems: 1,
  },
  segmentDuration: { type: 'number', minimum: 0.5, maximum: 60, description: 'seconds, from 0.5 to 60' },
  clear: { type: 'array', items: { enum: ['video', 'audio'] } },
  keys: keyPolicy,
  keyRotation: { type: 'number', minimum: 0.5, maximum: 86_400, description: 'seconds, from 0.5 to 86,400' },
  clearLead: { type: 'number', minimum: 0, maximum: 3600, description: 'seconds, from 0 to 3600' },
  captions: captionSchema(language),
  markers,
  thumbnails: THUMBNAIL_SCHEMA,
  trickPlay: { type: 'boolean' },
  ...detailSchemas(language),
  targets: { type: 'array', items: TARGET_SCHEMA, minItems: 1 },
  overwrite: { type: 'boolean' },
  verify: { type: 'boolean' },
  receipt: { type: 'boolean' },
  workers: { type: 'integer', minimum: 0, maximum: 64 },
  priority: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  reproducible: {
    type: 'object',
    properties: {
      seed: { type: 'string', pattern: '^[0-9A-Fa-f]{64}$', description: '64 hexadecimal digits' },
      time: { type: 'string', format: 'iso-8601', description: 'a time such as "2024-01-01T00:00:00Z"' },
    },
    required: ['seed', 'time'],
    additionalProperties: false,
  },
} as const satisfies Record<string, SchemaObject>;

const shape = (properties: Record<string, SchemaObject | true>): SchemaObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
});

// `preset`, `plugins` and what a preset says of itself hold values of the program: `expand.ts` looks at those.
export const CONFIG_SCHEMA = shape({ ...fields, preset: true, plugins: true });
export const PRESET_SCHEMA = shape({
  ...fields,
  plugins: true,
  offers: true,
  name: true,
  options: true,
  schema: true,
});
const { reproducible: _, ...rowFields } = fields;
/** What a row of a batch may set; see `title-row.ts`. */
export const ROW_SCHEMA = shape(rowFields);
export const OVERRIDES_SCHEMA = shape({
  contentId: fields.contentId,
  inputs: fields.inputs,
  output: fields.output,
  modes: fields.modes,
  segmentDuration: fields.segmentDuration,
  clear: fields.clear,
  targets: fields.targets,
  overwrite: fields.overwrite,
  verify: fields.verify,
  receipt: fields.receipt,
  workers: fields.workers,
  preset: { type: 'array', items: { type: 'string' } },
});
