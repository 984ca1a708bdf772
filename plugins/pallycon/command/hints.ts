import { PackagerError } from '../../../core/index.ts';
import type { Order } from './check.ts';

/**
 * What the engine and the plugins say of options of a config, and what of it users of this command read: its parameters and variables. In
 * sentences and in hints.
 */
export const PACKAGER_WORDS: readonly (readonly [engine: string, ours: string])[] = [
  ['The token that the config gives', 'PALLYCON_KMS_TOKEN'],
  ['The token file', 'PALLYCON_KMS_TOKEN_FILE'],
  ['The site key that the config gives', 'PALLYCON_SITE_KEY'],
  ['The site key file', 'PALLYCON_SITE_KEY_FILE'],
  ['The `ca` of key-cloud-kms', 'PALLYCON_CA_FILE'],
  ['The `ca` of gateway-callback', 'PALLYCON_CA_FILE'],
  ['`ca` holds no certificate', 'PALLYCON_CA_FILE holds no certificate'],
  ['name its certificate in `ca`', 'name its certificate in PALLYCON_CA_FILE'],
  ['set `allowPlainHttp: true`', 'set PALLYCON_ALLOW_PLAIN_HTTP=1'],
  [
    "name the content with `contentId`, or set `format: 'json'`",
    'pass --contents-id, or set PALLYCON_GATEWAY_FORMAT=json where the page speaks it',
  ],
  ['set `overwrite` to replace it.', 'pass -f to replace it.'],
  ['Take one of them out of `inputs`, or set `video: false` for it.', 'Name it once behind --i.'],
  ['give one of them `roles` or a `label`, or leave it out.', 'leave one of them out.'],
  [', leave the mode out, or list `video` under `clear` if it is to stay clear.', ', or leave the mode out.'],
  ['`keys` of the title have', '--max_sd_height, --max_hd_height and --max_uhd1_height have'],
];

const inPackagerWords = (text: string): string =>
  PACKAGER_WORDS.reduce((words, [engine, ours]) => words.replace(engine, ours), text);

/** What to do about a failure whose usual hint is for another command, by its code. */
function hintFor(code: string, order: Order | undefined): string | undefined {
  if (code !== 'NO_KEY' || !order) return undefined;
  if (order.raw) return 'Add a key with that label to --keys: no other is taken in its place.';
  return order.contentId === undefined
    ? 'The gateway handed over no key: set PALLYCON_KMS_TOKEN to ask the key server.'
    : undefined;
}

/** The same failure with advice for users of this command. @param order what was to be done, once that is known */
export function inOurWords(error: unknown, order: Order | undefined): unknown {
  if (!PackagerError.is(error)) return error;
  const details = error.toJSON();
  const hint = hintFor(error.code, order) ?? (details.hint && inPackagerWords(details.hint));
  const message = inPackagerWords(details.message);
  return new PackagerError({ ...details, message, hint }, { cause: error.cause });
}
