import { fail, type Plugin } from '../../core/index.ts';
import {
  blockSource,
  type HttpClient,
  type InputSource,
  openClient,
  readPem,
  WEB_OPTIONS,
} from '../../core/kit.ts';
import { changeOf, factsOf, isSame } from './range-answer.ts';
import type { InputAccess, WebInput } from './web-input.ts';

/** Options of `sourceHttp`. */
export interface SourceHttpOptions extends InputAccess {
  /** Certificates to trust in place of the built-in ones: PEM, or the path of a PEM file. */
  readonly ca?: string;
}

const TEXT = { type: 'string', minLength: 1 };

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...WEB_OPTIONS,
    redirectHosts: {
      anyOf: [{ type: 'array', items: TEXT }, { const: 'any' }],
      description: "hosts, or 'any'",
    },
  },
};

/**
 * Inputs on web servers: `https://…`, signed addresses too. They are read in ranges of bytes, several at once and ahead of who reads;
 * an answer that breaks off goes on where it did; an input that changes meanwhile is an error where its server gives an ETag or a date.
 * Servers that give no ranges are refused. The proxies of the environment count.
 * @throws PackagerError INVALID_OPTION when an option is not as described; later: INPUT_NOT_FOUND, INPUT_NOT_READABLE, INPUT_CHANGED
 */
export function sourceHttp(options: SourceHttpOptions = {}): Plugin {
  return {
    name: 'source-http',
    options: { ...options },
    schema,
    apply: (packager) => packager.source(webSource(options)),
  };
}

function webSource({ ca, ...access }: SourceHttpOptions): InputSource {
  // Idle connections keep no process alive, and end with it.
  let client: Promise<HttpClient> | undefined;
  const inputAt = async (reference: string): Promise<WebInput> => {
    client ??= openClientOf(ca);
    const { WebInput } = await import('./web-input.ts');
    return new WebInput(reference, access, await client);
  };
  return {
    name: 'web servers',
    accepts: (reference) => /^https?:/i.test(reference),
    look: async (reference, { signal }) => factsOf(await (await inputAt(reference)).look(signal)),
    async open(name, identity, { signal }) {
      const input = await inputAt(name);
      const known = await input.look(signal);
      const now = factsOf(known).identity;
      if (identity !== undefined && identity !== now) throw fail.inputChanged(name, changeOf(identity, now));
      return blockSource({
        name,
        size: known.bytes,
        identity: now,
        signal,
        fill: (position, into, either) => input.fill(position, into, known, either),
      });
    },
    isSame,
    changeOf,
  };
}

async function openClientOf(ca: string | undefined): Promise<HttpClient> {
  return openClient(ca === undefined ? {} : { ca: await readPem('The `ca` of source-http', ca) });
}
