import { fail } from '../../../core/index.ts';
import { checkKeyValues, keyBytes } from '../../../core/kit.ts';
import { LABELS } from './check-labels.ts';
import { checkUrl } from './check-manual.ts';
import type { ValueName } from './options.ts';
import type { GivenValue } from './parse.ts';

/** A key in hexadecimal, as `key-manual` takes it. Secret. */
export interface RawKey {
  readonly key: string;
  readonly keyId: string;
  readonly iv: string | undefined;
}

/** What is given in place of a key server where keys are for labels. */
export interface RawKeys {
  /** By label; that of a single key is `ALL`. */
  readonly byLabel: Readonly<Record<string, RawKey>>;
  /** @default the service's */
  readonly licenseUrl: string | undefined;
}

/** One key of the list, with its place for messages. */
interface Entry {
  readonly owner: string;
  readonly label: string;
  readonly keyId: string;
  readonly key: string;
}

/**
 * The keys of `--keys`, in Shaka Packager's syntax: `label=SD:key_id=<hex>:key=<hex>,label=…`. Nothing of them is ever quoted.
 *
 * @param isMulti whether tracks have keys of their own; else there is one, without a label
 * @throws PackagerError INVALID_OPTION for another syntax and labels, SURPLUS_OPTION for labels that mean nothing, KEY_SIZE and
 * INVALID_KEY for what is no key
 */
export function checkRawKeys(values: ReadonlyMap<ValueName, GivenValue>, isMulti: boolean): RawKeys {
  const given = values.get('keys')!;
  const iv = values.get('iv');
  const url = values.get('license-url');
  const ivHex = iv && hexOf(iv.spelling, iv.text);
  const entries = given.text
    .split(',')
    .map((text, index) => entryOf(text, `Key ${index + 1} of ${given.spelling}`));
  if (isMulti) requireLabels(entries);
  else requireOne(entries, given);
  return {
    byLabel: Object.fromEntries(
      entries.map(({ label, keyId, key }) => [isMulti ? label : 'ALL', { key, keyId, iv: ivHex }]),
    ),
    licenseUrl: url && checkUrl(url),
  };
}

const FIELDS = ['label', 'key_id', 'key'] as const;

function entryOf(text: string, owner: string): Entry {
  const pairs = text
    .trim()
    .split(':')
    .map((field) => /^([a-z_]+)=(.*)$/s.exec(field));
  const fields = new Map(pairs.map((pair) => [pair?.[1], pair?.[2] ?? '']));
  if (pairs.length !== FIELDS.length || !FIELDS.every((name) => fields.has(name)))
    throw fail.invalidOption(`${owner} is not of the form label=<label>:key_id=<hex>:key=<hex>.`);
  const [label = '', id = '', secret = ''] = FIELDS.map((name) => fields.get(name));
  const names = { id: `The key_id of ${lower(owner)}`, key: `The key of ${lower(owner)}` };
  const [keyId, key] = [hexOf(names.id, id), hexOf(names.key, secret)];
  checkKeyValues({ id: keyBytes(names.id, keyId), key: keyBytes(names.key, key) }, names);
  return { owner, label, keyId, key };
}

const lower = (owner: string): string => owner.replace(/^K/, 'k');

/** Hexadecimal of 16 bytes. */
function hexOf(what: string, text: string): string {
  if (!/^([0-9a-f]{2})+$/i.test(text)) throw fail.invalidKey(`${what} is not hexadecimal.`);
  if (text.length !== 32) throw fail.keySize(what, '16', text.length / 2, 'Give 32 hexadecimal digits.');
  return text.toLowerCase();
}

function requireLabels(entries: readonly Entry[]): void {
  const seen = new Set<string>();
  for (const { owner, label } of entries) {
    if (!LABELS.includes(label))
      throw fail.invalidOption(`${owner} has none of the labels of --multi_key: ${LABELS.join(', ')}.`);
    if (seen.has(label)) throw fail.invalidOption(`${owner} is the second one with label ${label}.`);
    seen.add(label);
  }
}

/** Without `--multi_key` all tracks share a key, and a label would leave it open which of them are meant. */
function requireOne([first, second]: readonly Entry[], { spelling }: GivenValue): void {
  if (!second && first?.label === '') return;
  const what = second ? 'several keys' : 'a label';
  throw fail.surplusOption(
    `${spelling} has ${what}, but all tracks share one key without --multi_key.`,
    'Pass --multi_key, or one key with an empty label: label=:key_id=…:key=….',
  );
}
