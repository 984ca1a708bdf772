import { fail } from '../../../core/index.ts';
import { isContentId, MAX_CONTENT_ID } from '../../../core/kit.ts';
import { decodeBase64 } from './base64.ts';
import { checkLabels, type Labelling } from './check-labels.ts';
import { checkManual, type ManualKey } from './check-manual.ts';
import { checkNumber, MODE_FLAGS, type ModeFlag } from './check-number.ts';
import { checkRawKeys, type RawKeys } from './check-raw-keys.ts';
import type { ValueName } from './options.ts';
import type { Given, GivenValue } from './parse.ts';

/** What is to be done, once all arguments are known to be good. */
export interface Order extends Labelling {
  /** Names of our modes. */
  readonly modes: readonly string[];
  readonly inputs: readonly string[];
  readonly output: string;
  readonly overwrite: boolean;
  readonly siteId: string | undefined;
  /** `undefined`: the gateway names the content. */
  readonly contentId: string | undefined;
  /** Seconds; `undefined` when no fragment duration is given. */
  readonly fragmentDuration: number | undefined;
  /** The key of manual mode. */
  readonly manual: ManualKey | undefined;
  /** Keys from the command line, by label. Without these and `manual` keys come from the key server. */
  readonly raw: RawKeys | undefined;
}

const MODES = {
  dash: 'dash-cenc',
  hls: 'hls-aes',
  'hls-ncg': 'hls-ncg',
  ncg: 'ncg',
} as const satisfies Record<ModeFlag, string>;

/**
 * Check the arguments one by one and together.
 * @throws PackagerError NO_PARAMETERS for `--help`, INVALID_OPTION for a wrong value, MISSING_OPTION or SURPLUS_OPTION
 * for missing or surplus parameters, KEY_SIZE and INVALID_KEY for a wrong key
 */
export function checkArguments(given: Given): Order {
  const { flags, inputs } = given;
  if (flags.has('help')) throw fail.noParameters('Help was asked for; nothing was packaged.');
  checkNumber(given);
  return {
    modes: MODE_FLAGS.filter((flag) => flags.has(flag)).map((flag) => MODES[flag]),
    inputs: inputs.map((path) => checkPath('--i', path)),
    output: checkPath('--o', given.values.get('o')!.text),
    overwrite: flags.has('f'),
    siteId: optional(given, 'site-id', checkSiteId),
    contentId: optional(given, 'contents-id', checkContentId),
    fragmentDuration: optional(given, 'fragment-duration', checkFragmentDuration),
    ...checkLabels(given),
    ...checkAccess(given),
  };
}

function checkAccess({ flags, values }: Given): Pick<Order, 'manual' | 'raw'> {
  const access = values.get('access-key');
  if (access && !decodeBase64(access.text))
    throw fail.invalidOption(`${access.spelling} is not Base64.`, 'Copy it from the console.');
  const needIv = MODE_FLAGS.filter((flag) => flag !== 'dash' && flags.has(flag));
  return {
    manual: flags.has('manual-mode') ? checkManual(values, needIv) : undefined,
    raw: flags.has('enable-raw-key-encryption') ? checkRawKeys(values, flags.has('multi-key')) : undefined,
  };
}

function optional<T>(given: Given, name: ValueName, check: (value: GivenValue) => T): T | undefined {
  const value = given.values.get(name);
  return value && check(value);
}

function checkPath(spelling: string, path: string): string {
  if (path === '' || path.includes('\0')) throw fail.invalidOption(`${spelling} is not a path.`);
  return path;
}

function checkSiteId({ spelling, text }: GivenValue): string {
  if (/^[A-Za-z0-9]{4}$/.test(text)) return text;
  throw fail.invalidOption(`${spelling} is not a site id: four letters or digits.`);
}

function checkContentId({ spelling, text }: GivenValue): string {
  if (isContentId(text)) return text;
  const rule = `1 to ${MAX_CONTENT_ID} bytes of UTF-8, no control characters, no U+FFFD`;
  throw fail.invalidOption(`${spelling} is not a content id: ${rule}.`, 'Leave it out to ask the gateway.');
}

const MILLISECONDS = { least: 500, most: 60_000 } as const;

/**
 * The guide's option is in milliseconds; that of later versions, spelled with an underscore, in seconds. The ranges do not
 * meet, so with the later spelling the number itself says which it is.
 * @returns Seconds
 */
function checkFragmentDuration({ spelling, text }: GivenValue): number {
  const number = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  const { least, most } = MILLISECONDS;
  const seconds = spelling.includes('_') && number < least;
  const milliseconds = seconds ? number * 1000 : number;
  if (milliseconds >= least && milliseconds <= most) return milliseconds / 1000;
  throw fail.invalidOption(
    `${spelling} is not a number of milliseconds from ${least} to ${most}.`,
    '6000 is usual.',
  );
}
