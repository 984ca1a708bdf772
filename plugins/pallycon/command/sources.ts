import { fail } from '../../../core/index.ts';
import type { NameWithOptions } from '../../../core/kit.ts';
import type { Order } from './check.ts';
import { checkUrl } from './check-manual.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The plugins that name the content and give its keys: the given key or keys, else the services that the
 * environment describes. The access key opens none of them: its protocol is not public.
 * @throws PackagerError MISSING_OPTION when a service is needed that the environment does not describe, INVALID_OPTION for a variable
 * that says nothing it could
 */
export function sourcesOf({ manual, raw, contentId }: Order, env: Environment): readonly NameWithOptions[] {
  if (manual) return [['key-manual', { key: manual.key, keyId: manual.keyId }]];
  if (raw) return [['key-manual', { keys: raw.byLabel }]];
  const keyServer = keyServerOf(env);
  if (contentId === undefined) {
    // The page may hand over the keys as well: it is asked first, and without a token it has to.
    return [gatewayOf(env), ...(keyServer ? [keyServer] : [])];
  }
  if (keyServer) return [keyServer];
  throw fail.missingOption(
    'The environment variable PALLYCON_KMS_TOKEN is not set: the key server is asked with that token.',
    'Set it to the KMS token of the console, or PALLYCON_KMS_TOKEN_FILE to a file that holds it.',
  );
}

function keyServerOf(env: Environment): NameWithOptions | undefined {
  const credential = secretOf(env, 'PALLYCON_KMS_TOKEN', ['token', 'tokenFile']);
  if (!credential) return undefined;
  const url = urlOf(env, 'PALLYCON_KMS_URL');
  return [
    'key-cloud-kms',
    { ...credential, ...(url ? { url: withPath(url), ...plainHttp(env) } : {}), ...trust(env) },
  ];
}

function gatewayOf(env: Environment): NameWithOptions {
  const url = urlOf(env, 'PALLYCON_GATEWAY_URL');
  const siteKey = secretOf(env, 'PALLYCON_SITE_KEY', ['siteKey', 'siteKeyFile']);
  if (!url || !siteKey) {
    const missing = [...(url ? [] : ['PALLYCON_GATEWAY_URL']), ...(siteKey ? [] : ['PALLYCON_SITE_KEY'])];
    throw fail.missingOption(
      `Without --contents-id the gateway names the content, and the environment lacks ${missing.join(' and ')}.`,
      'Pass --contents-id, or set the variables.',
    );
  }
  return ['gateway-callback', { url, ...siteKey, ...format(env), ...trust(env) }];
}

function urlOf(env: Environment, name: string): string | undefined {
  const text = env[name];
  return text ? checkUrl({ spelling: name, text }) : undefined;
}

/** A secret in a variable, or in a file that the variable `<name>_FILE` names; as an option of a plugin. */
function secretOf(
  env: Environment,
  name: string,
  [option, fileOption]: readonly [string, string],
): Readonly<Record<string, string>> | undefined {
  const value = env[name];
  if (value) return { [option]: value };
  const file = env[`${name}_FILE`];
  return file ? { [fileOption]: file } : undefined;
}

/** Of a key server in a network of one's own. */
const plainHttp = (env: Environment): { allowPlainHttp?: true } =>
  env['PALLYCON_ALLOW_PLAIN_HTTP'] === '1' ? { allowPlainHttp: true } : {};

function format(env: Environment): { format?: 'json' | 'xml' } {
  const text = env['PALLYCON_GATEWAY_FORMAT'];
  if (!text) return {};
  if (text === 'json' || text === 'xml') return { format: text };
  throw fail.invalidOption(
    'PALLYCON_GATEWAY_FORMAT is neither json nor xml.',
    'Set it to what the page speaks.',
  );
}

const trust = (env: Environment): { ca?: string } => {
  const ca = env['PALLYCON_CA_FILE'];
  return ca ? { ca } : {};
};

/** A server's address alone is that of the API behind it. */
function withPath(url: string): string {
  const isOrigin = /^[a-z]+:\/\/[^/?#]+\/?$/i.test(url);
  return isOrigin ? url.replace(/\/?$/, API_PATH) : url;
}

const API_PATH = '/v2/cpix/pallycon/getKey/{token}';
