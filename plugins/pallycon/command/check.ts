import { fail } from '../../../core/index.ts';
import { isContentId, MAX_CONTENT_ID } from '../../../core/kit.ts';
import { decodeBase64 } from './base64.ts';
import { checkManual, type ManualKey } from './check-manual.ts';
import type { FlagName, ValueName } from './options.ts';
import type { Given, GivenValue } from './parse.ts';

/** What is to be done, once all arguments are known to be good. */
export interface Order {
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
  /** The key of manual mode; `undefined`: keys come from the key server. */
  readonly manual: ManualKey | undefined;
}

const MODES = {
  dash: 'dash-cenc',
  hls: 'hls-aes',
  'hls-ncg': 'hls-ncg',
  ncg: 'ncg',
} as const satisfies Partial<Record<FlagName, string>>;

const MODE_FLAGS = Object.keys(MODES) as (keyof typeof MODES)[];

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
    ...checkAccess(given),
  };
}

/** Whether each parameter that must be there is, and none that has no meaning beside the others. */
function checkNumber({ flags, values, inputs }: Given): void {
  const manual = flags.has('manual-mode');
  const required: readonly ValueName[] = manual
    ? ['contents-id', 'encryption-key', ...(flags.has('dash') ? (['key-id'] as const) : []), 'o']
    : ['site-id', 'access-key', 'o'];
  const missing = [
    ...required.filter((name) => !values.has(name)).map((name) => `--${name}`),
    ...(inputs.length === 0 ? ['--i'] : []),
    ...(MODE_FLAGS.some((flag) => flags.has(flag)) ? [] : ['one of --ncg, --dash, --hls and --hls-ncg']),
  ];
  if (missing.length > 0) {
    const kind = manual ? 'in manual mode' : 'without --manual-mode';
    throw fail.missingOption(`Missing ${kind}: ${missing.join(', ')}.`, SEE_HELP);
  }
  const onlyManual = (['encryption-key', 'key-id', 'license-url'] as const).filter((name) =>
    values.has(name),
  );
  if (!manual && onlyManual.length > 0) {
    const names = onlyManual.map((name) => `--${name}`).join(', ');
    throw fail.surplusOption(`Given, but only for --manual-mode: ${names}.`, SEE_HELP);
  }
  const segmented = flags.has('dash') || flags.has('hls') || flags.has('hls-ncg');
  if (values.has('fragment-duration') && !segmented) {
    throw fail.surplusOption('--fragment-duration is given, but --ncg writes no fragments.', SEE_HELP);
  }
}

function checkAccess({ flags, values }: Given): Pick<Order, 'manual'> {
  const access = values.get('access-key');
  if (access && !decodeBase64(access.text))
    throw fail.invalidOption(`${access.spelling} is not Base64.`, 'Copy it from the console.');
  if (!flags.has('manual-mode')) return { manual: undefined };
  const needIv = MODE_FLAGS.filter((flag) => flag !== 'dash' && flags.has(flag));
  return { manual: checkManual(values, needIv) };
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
  const rule = `1 to ${MAX_CONTENT_ID} bytes, no control characters`;
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

const SEE_HELP = 'PallyConPackager --help lists the parameters.';
