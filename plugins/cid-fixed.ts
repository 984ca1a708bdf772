import type { Plugin } from '../core/index.ts';
import { CONTENT_ID_SCHEMA } from '../core/kit.ts';

/** Options of `cidFixed`. */
export interface CidFixedOptions {
  /** 1 to 200 bytes of UTF-8, no control characters, no U+FFFD. */
  readonly contentId: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['contentId'],
  properties: {
    contentId: CONTENT_ID_SCHEMA,
  },
};

/** Gives one content id to every title: for presets and tests. A config says `contentId`. */
export function cidFixed(options: CidFixedOptions): Plugin {
  const name = 'cid-fixed';
  return {
    name,
    options: { ...options },
    schema,
    apply({ hooks }) {
      hooks.resolveCid.tap(name, () => options.contentId);
    },
  };
}
