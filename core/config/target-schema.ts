import type { SchemaObject } from 'ajv';

const words = (...names: readonly (string | number)[]): SchemaObject => ({
  type: 'array',
  items: { enum: names },
  minItems: 1,
});

const text = { type: 'string', minLength: 1 };
const pixels = { type: 'integer', minimum: 1 };

const shape = (properties: Record<string, SchemaObject>, required: readonly string[]): SchemaObject => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const decoders = {
  type: 'array',
  items: shape({ codec: text, containers: words('fmp4', 'ts'), only: text, width: pixels, height: pixels }, [
    'codec',
  ]),
};

/** A target, or its name. A condition, not a union: a mistake inside the value is then told as what it is. */
export const TARGET_SCHEMA = {
  type: ['string', 'object'],
  minLength: 1,
  description: 'the name of a target, or a target',
  if: { type: 'string' },
  else: {
    properties: {
      name: text,
      title: text,
      plays: {
        type: 'array',
        minItems: 1,
        items: shape(
          {
            manifests: words('dash', 'hls'),
            containers: words('fmp4', 'ts'),
            encryptions: words('cenc', 'cbcs', 'sample-aes', 'aes-128'),
            systems: { type: 'array', items: text, minItems: 1 },
            ivs: words(8, 16, 'constant'),
            files: words('single-file', 'segments'),
          },
          ['manifests', 'containers', 'encryptions', 'systems'],
        ),
      },
      decodes: shape({ video: decoders, audio: decoders }, []),
      wantsOwnAudioKey: { const: true },
      choose: { type: 'array', items: shape({ mode: text, options: { type: 'object' } }, ['mode']) },
    },
    required: ['name', 'title', 'plays'],
    additionalProperties: false,
  },
} as const satisfies SchemaObject;
