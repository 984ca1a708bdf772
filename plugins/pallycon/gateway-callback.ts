import { fail, type Plugin, type Run } from '../../core/index.ts';
import { type InputInfo, isPlainHttp, readPem, readToken, refuseTwoSources } from '../../core/kit.ts';
import type { IssueFormat } from './issue-documents.ts';
import { type IssuedContent, requestContentId } from './issue-page.ts';
import { checkSiteKey } from './site-cipher.ts';

/** Options of `gatewayCallback`. */
export interface GatewayCallbackOptions {
  /** Address of the CID issue page. */
  readonly url: string;
  /**
   * The site key, 32 ASCII characters, or a function that gets it; asked once a title.
   * @default the environment variable SEALPACK_SITE_KEY
   */
  readonly siteKey?: string | (() => string | Promise<string>);
  /** A file that holds the site key and nothing else, relative to the working directory. */
  readonly siteKeyFile?: string;
  /** The form in which the page is asked and answers. @default 'json' */
  readonly format?: IssueFormat;
  /**
   * The path that the page is told is this, then the file's name: where the page knows the masters under another folder.
   * @default the path on this machine
   */
  readonly pathPrefix?: string;
  /** Certificates to trust instead of the built-in ones: PEM, or the path of a PEM file. */
  readonly ca?: string;
  /** For each try. @default 3 */
  readonly timeoutSeconds?: number;
  /** For all tries and the waiting between them. @default 30 */
  readonly totalSeconds?: number;
  /** Tries after the first, on connection faults, 429 and 5xx. @default 3 */
  readonly retries?: number;
}

const TEXT = { type: 'string', minLength: 1 };
const SECONDS = { type: 'number', minimum: 0.1, maximum: 3600, description: 'seconds, from 0.1 to 3600' };

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: { type: 'string', pattern: '^https?://', description: 'an http or https URL' },
    siteKey: { anyOf: [TEXT, { typeOf: 'function' }], description: 'a site key, or a function that gets it' },
    siteKeyFile: { ...TEXT, description: 'the path of a file' },
    format: { enum: ['json', 'xml'] },
    pathPrefix: { type: 'string', description: 'the beginning of a path' },
    ca: { ...TEXT, description: 'PEM, or the path of a PEM file' },
    timeoutSeconds: SECONDS,
    totalSeconds: SECONDS,
    retries: { type: 'integer', minimum: 0, maximum: 20, description: 'a number from 0 to 20' },
  },
};

/**
 * The content id from the customer's CID issue page, by the name and path of the first input; and the key, if the page
 * hands one over (GATEWAY.md). Each title asks once, and only if its config names no content id.
 */
export function gatewayCallback(options: GatewayCallbackOptions): Plugin {
  const name = 'gateway-callback';
  return {
    name,
    options: { ...options },
    schema,
    apply({ hooks }) {
      // Looked at here, so that a bad one stops the run before anything is read.
      refuseTwoSources(name, 'siteKey', options);
      if (typeof options.siteKey === 'string') checkSiteKey(options.siteKey.trim());
      /** Of each run, the answer on its way or there. */
      const answers = new WeakMap<Run, Promise<IssuedContent>>();
      hooks.resolveCid.tapPromise(name, async (run) => {
        const [input] = run.inputs;
        if (input === undefined) return undefined; // nothing to go by: ask the next plugin
        const answer = answers.get(run) ?? ask(options, input, run);
        answers.set(run, answer);
        return (await answer).contentId;
      });
      hooks.acquireKey.tapPromise(name, async ({ contentId }, run) => {
        const content = await answers.get(run);
        // Another plugin or the config named the content: the page has no part in it.
        return content?.contentId === contentId ? content.key : undefined;
      });
    },
  };
}

/**
 * Question and answer are encrypted with the site key, and pages of the field are often plain http: that is a warning, where
 * a key server's is refused. What it cannot keep from others is that and when a page is asked.
 */
function warnOfPlainHttp(url: string, run: Run): void {
  if (!URL.canParse(url) || !isPlainHttp(new URL(url))) return;
  run.warn(
    `The content id page ${new URL(url).host} is asked over plain http: what is said is encrypted with the site key ` +
      'alone. Use https where the page has it.',
  );
}

async function ask(options: GatewayCallbackOptions, input: InputInfo, run: Run): Promise<IssuedContent> {
  const { url, format = 'json', pathPrefix, timeoutSeconds = 3, totalSeconds, retries } = options;
  warnOfPlainHttp(url, run);
  const siteKey = await readToken({
    ...{ token: options.siteKey, tokenFile: options.siteKeyFile },
    ...{ variable: 'SEALPACK_SITE_KEY', what: 'site key' },
  });
  if (siteKey === undefined) {
    throw fail.missingOption(
      'gateway-callback has no site key.',
      'Set SEALPACK_SITE_KEY in the environment, or the option `siteKey` or `siteKeyFile`.',
    );
  }
  const ca = options.ca === undefined ? undefined : await readPem('The `ca` of gateway-callback', options.ca);
  const page = {
    ...{ url, format, siteKey, timeoutSeconds, ca, signal: run.signal },
    ...(totalSeconds !== undefined && { totalSeconds }),
    ...(retries !== undefined && { retries }),
  };
  const filePath = pathPrefix === undefined ? input.path : pathPrefix + input.name;
  return requestContentId(page, { fileName: input.name, filePath });
}
