import { fail } from '../../base/errors.ts';
import { judgeKeys } from '../../inspect/form/judge-keys.ts';
import { DamageError } from '../../inspect/model/damage-error.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { KeyLookup } from '../../inspect/model/track-reader.ts';
import type { TransportFactCode } from '../../inspect/mpegts/facts.ts';
import { openTransport } from '../../inspect/mpegts/open-transport.ts';
import type { TransportPart } from './transport-parts.ts';

/** What AES-128 makes with another key. */
const WRONG_KEY: readonly TransportFactCode[] = ['PADDING_WRONG', 'KEY_WRONG'];

/** What would stay encrypted: it is not announced, or not in the one program that is read. */
const UNDONE: ReadonlyMap<TransportFactCode, string> = new Map([
  ['STREAM_TYPE_CLEAR', 'a key of SAMPLE-AES is in force, and its streams are announced as clear ones'],
  ['TABLES_MISSING', 'a segment has no tables of its own, which say what is encrypted'],
  ['PROGRAMS_SEVERAL', 'it has several programs'],
  ['PACKET_SCRAMBLED', 'its packets are scrambled'],
]);

/**
 * All samples of a rendition, decrypted once to see what becomes of them.
 * @throws PackagerError NO_KEY where a key is missing, or the wrong one; UNSUPPORTED_INPUT for what would stay encrypted
 */
export async function judgeTransport(
  part: TransportPart,
  files: PackageFiles,
  keys: KeyLookup,
  signal: AbortSignal,
): Promise<void> {
  // Of subtitles the first line is looked at when they are decrypted.
  if (part.isText) return;
  try {
    await judgeSamples(part, files, keys, signal);
  } catch (cause) {
    if (!has(part, 'AES-128') || !(cause instanceof DamageError)) throw cause;
    throw wrongKey(cause.file, `At byte ${cause.offset} ${cause.message}.`);
  }
}

async function judgeSamples(
  part: TransportPart,
  files: PackageFiles,
  keys: KeyLookup,
  signal: AbortSignal,
): Promise<void> {
  const { name, segments } = part;
  const open = (path: string) => files.open(path);
  const { readers, facts, missingKeys } = await openTransport({ segments, lookup: keys, open });
  const [missing] = missingKeys;
  if (missing !== undefined) throw fail.keyMissing(`There is no key ${missing} of ${name}.`);
  await judgeKeys({ tracks: readers }, name, { signal, isWhole: true });
  for (const { code, file, message } of facts.list)
    if (WRONG_KEY.includes(code)) throw wrongKey(file, message);
  for (const { code, file } of has(part, 'SAMPLE-AES') ? facts.list : []) {
    const why = UNDONE.get(code);
    if (why === undefined) continue;
    throw fail.unsupportedInput(file, `${why}.`, 'It cannot be made clear: package the source again.');
  }
}

const has = ({ segments }: TransportPart, wanted: string): boolean =>
  segments.some(({ keys }) => keys.some(({ method }) => method === wanted));

const wrongKey = (file: string, why: string) =>
  fail.keyMissing(
    `The key that was found is not the one that ${file} was encrypted with: ${why}`,
    'Name the key source that it was packaged with. Nothing was written.',
  );
