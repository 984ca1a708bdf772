import { type ContentKey, ContentKeySet, fail, type Plugin, type Run } from '../../core/index.ts';
import { keyFromText, refusePlainHttp, refuseTwoSources } from '../../core/kit.ts';
import { askVault, isObject, member, type VaultServer } from './client.ts';

/** Options of `keyVault`. */
export interface KeyVaultOptions extends VaultServer {
  /** Where the KV engine, version 2, is mounted. @default 'secret' */
  readonly mount?: string;
  /**
   * The secret, with `keyId`, `key` and, for HLS, `iv`, in hexadecimal or Base64. `{contentId}`, `{scheme}`,
   * `{label}` and `{period}` stand for what is asked. @default 'sealpack/{contentId}'
   */
  readonly path?: string;
  /** The transit key with which `key` of the secret is wrapped. @default `key` is the key itself */
  readonly transitKey?: string;
  /** Where the transit engine is mounted. @default 'transit' */
  readonly transitMount?: string;
}

const TEXT = { type: 'string', minLength: 1 };

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    url: { ...TEXT, description: 'a URL' },
    allowPlainHttp: { type: 'boolean' },
    token: { anyOf: [TEXT, { typeOf: 'function' }], description: 'a token, or a function that gets one' },
    tokenFile: { ...TEXT, description: 'the path of a file' },
    namespace: TEXT,
    mount: TEXT,
    path: { ...TEXT, description: 'a path, which may hold {contentId}, {scheme}, {label} and {period}' },
    transitKey: TEXT,
    transitMount: TEXT,
    ca: { ...TEXT, description: 'PEM, or the path of a PEM file' },
    timeoutSeconds: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 3600,
      description: 'seconds, up to 3600',
    },
    retries: { type: 'integer', minimum: 0, maximum: 20, description: 'a number from 0 to 20' },
  },
};

/** Content keys that HashiCorp Vault or OpenBao keeps: secrets of KV version 2, with the key as it is or wrapped by transit. */
export function keyVault(options: KeyVaultOptions = {}): Plugin {
  const name = 'key-vault';
  return {
    name,
    options: { ...options },
    schema,
    apply({ hooks }) {
      refuseTwoSources(name, 'token', options);
      refusePlainHttp(options.url ?? '', options.allowPlainHttp);
      /** Of each run, the keys by their secrets: modes may share one. */
      const keys = new WeakMap<Run, Map<string, Promise<ContentKey>>>();
      hooks.acquireKey.tap(name, ({ contentId, scheme, labels }, run) => {
        const template = options.path ?? 'sealpack/{contentId}';
        const asked = keys.get(run) ?? new Map<string, Promise<ContentKey>>();
        keys.set(run, asked);
        return new ContentKeySet(({ label, period }) => {
          // What the path does not tell apart has one key, which stands in for no other.
          if (labels.length > 1 && !template.includes('{label}'))
            throw notToldApart(template, 'label', label);
          if (period > 0 && !template.includes('{period}')) throw notToldApart(template, 'period', period);
          const path = fill(template, { contentId, scheme, label, period: String(period) });
          const key = asked.get(path) ?? readKey(options, path, run);
          asked.set(path, key);
          return key;
        });
      });
    },
  };
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w*)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    throw fail.invalidOption(
      `The \`path\` of key-vault has an unknown placeholder: ${placeholder}.`,
      'Use {contentId}, {scheme}, {label} and {period}.',
    );
  });
}

const notToldApart = (template: string, what: 'label' | 'period', value: string | number) =>
  fail.keyMissing(
    `The \`path\` of key-vault (${template}) is the same for every ${what}: it has no key for ${what} ${value}.`,
    `Put {${what}} into it, and keep a secret for each, as \`path: '${template}/{${what}}'\` finds them.`,
  );

async function readKey(options: KeyVaultOptions, path: string, run: Run): Promise<ContentKey> {
  const { mount = 'secret', transitKey, transitMount = 'transit' } = options;
  const where = `the secret ${mount}/${path}`;
  const answer = await askVault(options, { path: `${mount}/data/${path}` }, run);
  if (answer === undefined) {
    throw fail.keyMissing(
      `The key vault has no secret ${mount}/${path}, or has it no more.`,
      'Look at `mount`, `path` and `namespace` of key-vault, and at the content id.',
    );
  }
  const secret = member(member(answer, 'data'), 'data');
  if (!isObject(secret)) {
    throw fail.keyDocument(
      `${where} is none of KV version 2.`,
      'Name the mount of an engine of that version in `mount`.',
    );
  }
  const { keyId, key, iv } = secret;
  const isWrapped = typeof key === 'string' && /^vault:v\d+:/.test(key);
  if (isWrapped && transitKey === undefined) {
    throw fail.keyDocument(
      `\`key\` of ${where} is wrapped.`,
      'Name the key that unwraps it in `transitKey`.',
    );
  }
  if (transitKey === undefined || typeof key !== 'string') return keyFromText(where, { keyId, key, iv });
  const decrypt = { path: `${transitMount}/decrypt/${transitKey}`, body: { ciphertext: key } };
  const unwrapped = await askVault(options, decrypt, run);
  if (unwrapped === undefined) {
    throw fail.keyMissing(
      `The key vault has no transit engine at ${transitMount}.`,
      'Look at `transitMount` and `namespace` of key-vault.',
    );
  }
  return keyFromText(`${where}, unwrapped,`, {
    keyId,
    key: member(member(unwrapped, 'data'), 'plaintext'),
    iv,
  });
}
