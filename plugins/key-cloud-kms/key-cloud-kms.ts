import { X509Certificate } from 'node:crypto';
import {
  type ContentKey,
  ContentKeySet,
  fail,
  type Packager,
  type Plugin,
  type Run,
} from '../../core/index.ts';
import {
  type CpixDocument,
  contentKeyFrom,
  type Dialect,
  describeQuestion,
  type KeyChoice,
  type KeyQuestion,
  type ModeDefinition,
  readPem,
  readToken,
  refusePlainHttp,
  refuseTwoSources,
  requestKeys,
  type WantedPlace,
} from '../../core/kit.ts';
import { DIALECTS, type DialectName } from './dialects/index.ts';

/** Options of `keyCloudKms`. */
export interface KeyCloudKmsOptions {
  /** What the key server speaks: a built-in dialect, or one of your own. @default 'pallycon-v2' */
  readonly dialect?: DialectName | Dialect;
  /**
   * Address of the key server; `{token}` and `{contentId}` stand for themselves, percent-encoded. @default the dialect's;
   * SPEKE and `generic` have none
   */
  readonly url?: string;
  /**
   * Whether an `http:` URL will do that is not of this machine: token and keys can be read on the way. @default false
   */
  readonly allowPlainHttp?: boolean;
  /**
   * The credential, such as PallyCon's enc-token, or a function that gets it. It goes where `{token}` stands in URL, headers or
   * query, and as bearer token where it stands nowhere. @default the environment variable SEALPACK_KMS_TOKEN
   */
  readonly token?: string | (() => string | Promise<string>);
  /** A file that holds the token and nothing else, relative to the working directory. */
  readonly tokenFile?: string;
  /** Headers for every request. They may hold `{token}`. @default none beside the dialect's */
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the query of the URL. Values may hold `{token}` and `{contentId}`. @default none */
  readonly query?: Readonly<Record<string, string>>;
  /** Certificates to trust in place of the built-in ones: PEM, or the path of a PEM file. */
  readonly ca?: string;
  /** For each try. @default 10 */
  readonly timeoutSeconds?: number;
  /** For all tries and the waiting between them. @default 30 */
  readonly totalSeconds?: number;
  /** Tries after the first, on connection faults, 429 and 5xx. @default 3 */
  readonly retries?: number;
  /**
   * For whom the server is to encrypt the keys, of which none is taken in the clear then: PEM, or the path of a PEM file.
   * @default keys come as plain values in TLS
   */
  readonly certificate?: string;
  /** The private key of that certificate, without passphrase: PEM, or the path of a PEM file. */
  readonly privateKey?: string;
}

const TEXT = { type: 'string', minLength: 1 };
const TEXTS = { type: 'object', additionalProperties: { type: 'string' } };
const seconds = { type: 'number', exclusiveMinimum: 0, maximum: 3600, description: 'seconds, up to 3600' };

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    dialect: {
      anyOf: [{ enum: Object.keys(DIALECTS) }, { type: 'object', required: ['name', 'request', 'reading'] }],
      description: `one of ${Object.keys(DIALECTS).join(', ')}, or a dialect of your own`,
    },
    url: { ...TEXT, description: 'a URL, which may hold {token} and {contentId}' },
    allowPlainHttp: { type: 'boolean' },
    token: { anyOf: [TEXT, { typeOf: 'function' }], description: 'a token, or a function that gets one' },
    tokenFile: { ...TEXT, description: 'the path of a file' },
    headers: { ...TEXTS, description: 'header names with their values' },
    query: { ...TEXTS, description: 'parameter names with their values' },
    ca: { ...TEXT, description: 'PEM, or the path of a PEM file' },
    timeoutSeconds: seconds,
    totalSeconds: seconds,
    retries: { type: 'integer', minimum: 0, maximum: 20, description: 'a number from 0 to 20' },
    certificate: { ...TEXT, description: 'PEM, or the path of a PEM file' },
    privateKey: { ...TEXT, description: 'PEM, or the path of a PEM file' },
  },
};

/**
 * Content keys from a key server that speaks CPIX: PallyCon and DoveRunner, SPEKE, others. A title asks once for all modes
 * that share a key; NCG and HLS-NCG are asked for by themselves. Keys, key ids, IVs and signalling are the server's.
 */
export function keyCloudKms(options: KeyCloudKmsOptions = {}): Plugin {
  const name = 'key-cloud-kms';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      refuseTwoSources(name, 'token', options);
      const { dialect: chosen = 'pallycon-v2' } = options;
      const dialect = typeof chosen === 'string' ? DIALECTS[chosen] : chosen;
      // Looked at here, so that it stops the run before anything is read.
      refusePlainHttp(options.url ?? dialect.url ?? '', options.allowPlainHttp);
      if (options.certificate !== undefined && options.privateKey === undefined) {
        throw fail.missingOption(
          'key-cloud-kms has a `certificate` and no `privateKey` to open the keys with.',
        );
      }
      /** Of each run, the answers on their way or there, by what was asked for. */
      const answers = new WeakMap<Run, Map<string, Promise<Answer>>>();
      packager.hooks.acquireKey.tap(name, ({ contentId, scheme, labels }, run) => {
        const modes = chosenModes(packager, run);
        /** By label and crypto period, the ids of keys that were given. */
        const given = new Map<string, string>();
        return new ContentKeySet(async (place) => {
          const { label, period } = place;
          const wanted = { contentId, scheme, labels, label, period };
          const question = describeQuestion(wanted, modes, dialect, name, run.title);
          const asked = answers.get(run) ?? new Map<string, Promise<Answer>>();
          answers.set(run, asked);
          const answer = asked.get(question.kind) ?? ask(question, dialect, options, run);
          asked.set(question.kind, answer);
          const { keyRotation } = run.title;
          const key = keyFrom(await answer, question, dialect, { ...place, keyRotation });
          requireChange(given, place, key);
          return key;
        });
      });
    },
  };
}

/** A server that knows nothing of crypto periods answers as if there were none. */
function requireChange(
  given: Map<string, string>,
  { label, period }: WantedPlace,
  { uuid }: ContentKey,
): void {
  const nameOf = (index: number) => JSON.stringify([label, index]);
  const neighbour = [period - 1, period + 1].find((index) => given.get(nameOf(index)) === uuid);
  given.set(nameOf(period), uuid);
  if (neighbour === undefined) return;
  throw fail.keyMissing(
    `The key server gives one key (${uuid}) for the crypto periods ${Math.min(period, neighbour)} and ${Math.max(period, neighbour)} of label ${label}: the key would not change.`,
    'Let the service rotate the keys of this content, or leave `keyRotation` out.',
  );
}

interface Answer {
  readonly document: CpixDocument;
  readonly privateKey: string | undefined;
  /** The server was told for whom to encrypt the keys. */
  readonly onlyEncrypted: boolean;
}

/** Of the modes that the plugins provide, those of this title. */
const chosenModes = ({ modes }: Packager, { title }: Run): ModeDefinition[] =>
  (title.modes ?? [...modes.keys()]).flatMap((mode) => modes.get(mode) ?? []);

async function ask(
  { document }: KeyQuestion,
  dialect: Dialect,
  options: KeyCloudKmsOptions,
  run: Run,
): Promise<Answer> {
  const { url, headers, query, allowPlainHttp, timeoutSeconds, totalSeconds, retries } = options;
  const pem = async (what: string, value: string | undefined) =>
    value === undefined ? undefined : readPem(`The ${what} of key-cloud-kms`, value);
  // One after the other: of several faults the same is told every time.
  const token = await readToken({
    token: options.token,
    tokenFile: options.tokenFile,
    variable: 'SEALPACK_KMS_TOKEN',
  });
  const ca = await pem('`ca`', options.ca);
  const certificate = await pem('`certificate`', options.certificate);
  const privateKey = await pem('`privateKey`', options.privateKey);
  const server = {
    ...{ dialect, url, allowPlainHttp, token, headers, query, signal: run.signal },
    whereToken: TOKEN_HINT,
    ...(ca !== undefined && { ca }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(totalSeconds !== undefined && { totalSeconds }),
    ...(retries !== undefined && { retries }),
  };
  const der = certificate === undefined ? undefined : certificateBytes(certificate);
  const answer = await requestKeys(server, { ...document, certificate: der });
  return { document: answer, privateKey, onlyEncrypted: der !== undefined };
}

const TOKEN_HINT =
  'Set SEALPACK_KMS_TOKEN in the environment, or the option `token` or `tokenFile` of key-cloud-kms.';

function certificateBytes(pem: string): Uint8Array {
  try {
    return new X509Certificate(pem).raw;
  } catch {
    throw fail.invalidOption('The `certificate` of key-cloud-kms is not a certificate.');
  }
}

function keyFrom(
  { document, privateKey, onlyEncrypted }: Answer,
  { scheme, document: { keys } }: KeyQuestion,
  { reading, request: { usageRule } }: Dialect,
  place: WantedPlace & Pick<KeyChoice, 'keyRotation'>,
): ContentKey {
  const asked = keys.find(({ label }) => label === place.label);
  const hasOthers = keys.length > 1;
  // A server that calls a key by a track type of its own was asked for it by that name.
  const trackType = asked?.use && usageRule?.(asked.label, asked.use).trackType;
  const isRenamed = hasOthers || document.keys.length > 1;
  const choice = {
    ...place,
    scheme,
    kid: asked?.kid,
    hasOthers,
    wasAsked: true,
    ...(isRenamed && trackType !== undefined && { trackType }),
  };
  return contentKeyFrom(document, choice, { ...reading, privateKey, onlyEncrypted });
}
