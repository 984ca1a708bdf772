import type { SchemaObject } from 'ajv';
import { ONE_LINE_PATTERN } from '../base/printable.ts';
import type { CaptionChannel, ClosedCaptions } from '../media/captions.ts';

/** Closed captions that lie in the pictures, as a config declares them. */
export interface CaptionOptions {
  /** A channel of CEA-608, or a service of CEA-708: `SERVICE1` to `SERVICE63`. */
  readonly channel: CaptionChannel;
  /** BCP 47 or ISO 639-2. */
  readonly language: string;
  /** What players call them. @default the name of the language, in English */
  readonly label?: string | undefined;
  /** Show them unless the user chooses: one of them at most. @default false */
  readonly default?: boolean | undefined;
}

/** @param language the schema of a language */
export const captionSchema = (language: SchemaObject): SchemaObject => ({
  anyOf: [{ const: false }, { type: 'array' }],
  // Beside the union: a mistake in the list is then told as what it is.
  items: {
    type: 'object',
    properties: {
      channel: {
        type: 'string',
        pattern: '^(CC[1-4]|SERVICE([1-9]|[1-5][0-9]|6[0-3]))$',
        description: 'CC1 to CC4, or SERVICE1 to SERVICE63',
      },
      language,
      label: {
        type: 'string',
        pattern: ONE_LINE_PATTERN,
        description: 'a name without quotes and line breaks',
      },
      default: { type: 'boolean' },
    },
    required: ['channel', 'language'],
    additionalProperties: false,
  },
  description: 'false, or a list of { channel, language }',
});

/** As the engine has them. */
export function captionsOf(options: readonly CaptionOptions[] | false): readonly ClosedCaptions[] {
  return (options || []).map(({ channel, language, label, default: isDefault }) => ({
    channel,
    language,
    ...(label !== undefined && { label }),
    ...(isDefault && { isDefault }),
  }));
}
