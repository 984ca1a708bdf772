import { parse } from 'node:path';
import type { Plugin } from '../core/index.ts';
import { safeName } from '../core/kit.ts';

/** Options of `cidFileName`. */
export interface CidFileNameOptions {
  /** Keep the extension: `feature.mp4` instead of `feature`. @default false */
  readonly extension?: boolean;
  /** Put before the name as it is, at most 50 characters: `'movies/'`. @default '' */
  readonly prefix?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    extension: { type: 'boolean' },
    prefix: {
      anyOf: [{ const: '' }, { type: 'string', format: 'content-id', maxLength: 50 }],
      description: 'at most 50 characters, no control characters',
    },
  },
};

const MAX_BYTES = 200;
const LAST = 1000;

/**
 * Names the content after its first input, unless another plugin names it. Characters other than letters, digits, `.`,
 * `_` and `-` become `_`; a name that is too long is cut and ends in a short hash of the whole.
 */
export function cidFileName(options: CidFileNameOptions = {}): Plugin {
  const { extension = false, prefix = '' } = options;
  const name = 'cid-file-name';
  return {
    name,
    options: { ...options },
    schema,
    apply({ hooks }) {
      // It always has an answer, and presets list it before the plugins of the config.
      hooks.resolveCid.tap({ name, stage: LAST }, ({ inputs }) => {
        const file = inputs[0]?.name;
        if (!file) return undefined; // nothing to go by: ask the next plugin
        const base = extension ? file : parse(file).name;
        return prefix + safeName(base, MAX_BYTES - Buffer.byteLength(prefix));
      });
    },
  };
}
