import { fail, PackagerError } from '../base/errors.ts';
import { answerOf } from '../base/unless-cancelled.ts';
import { type ModeDefinition, Packager } from '../contract/packager.ts';
import { Run } from '../contract/run.ts';
import type { WantedKey } from '../inspect/model/track-reader.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { KeyFinder } from '../keys/key-finder.ts';
import { fixedPolicy } from '../keys/label-policy.ts';
import type { PackageOptions } from './api.ts';
import { unseenInputs } from './inputs.ts';
import { KnownKeys, keyIdsWanted } from './known-keys.ts';
import { chooseModes, resolveContentId } from './plan.ts';
import { acquireKeys, type ModeKeySource } from './title-keys.ts';

/** Who may know the keys of a package: the plugins of its title, asked by key ids, or by content id. */
export interface PackageKeysOptions extends Pick<PackageOptions, 'title' | 'plugins' | 'signal'> {
  /** Labels of its tracks, where somebody has looked at them. @default those of the title's policy */
  readonly labels?: readonly string[];
}

/**
 * Find the keys of a finished package: those sources are asked that know keys by their ids, then, of what is left, all by the content
 * id, as for packaging, with each mode and label, and period after period. None is made, and none taken for another.
 * @throws PackagerError NO_KEY where one is missing, with the ids that were looked for; or as a source does
 */
export async function findPackageKeys(
  options: PackageKeysOptions,
  wanted: readonly WantedKey[],
): Promise<KnownKeys> {
  const { known, missing, asked } = await search(options, wanted);
  if (missing.length > 0) throw asked.noKey(missing);
  return known;
}

/**
 * The same, where some may be missing: whoever reads the package says of what. One of which no key is there at all was made with
 * another key source, or under another content id.
 * @throws PackagerError NO_KEY where there is none, and whatever goes wrong with a source while some are missing
 */
export async function findSomeKeys(
  options: PackageKeysOptions,
  wanted: readonly WantedKey[],
): Promise<KnownKeys> {
  const { known, missing, asked } = await search(options, wanted);
  if (missing.length > 0 && (missing.length === wanted.length || asked.hasFailed)) throw asked.noKey(missing);
  return known;
}

async function search(options: PackageKeysOptions, wanted: readonly WantedKey[]) {
  const packager = new Packager(options.plugins);
  const { signal = new AbortController().signal } = options;
  const known = new KnownKeys();
  const asked = new Asked();
  await askFinders(packager.keyFinders, known, wanted, { asked, signal });
  if (known.missing(wanted).length > 0)
    await askByContent(packager, { ...options, signal }, known, wanted, asked);
  return { known, missing: known.missing(wanted), asked };
}

/** Who was asked, and the first of them that has said why there is no key. */
class Asked {
  readonly #names = new Set<string>();
  #reason: PackagerError | undefined;
  /** What goes wrong with a source matters where a key is missing: it may be of a mode that the package is none of. */
  #fault: PackagerError | undefined;

  /** What a source says; `undefined` where it has no such key, or fails. @throws PackagerError CANCELLED */
  async of<T>(name: string, answer: () => Promise<T>): Promise<T | undefined> {
    this.#names.add(name);
    try {
      return await answer();
    } catch (cause) {
      if (!PackagerError.is(cause) || cause.code === 'CANCELLED') throw cause;
      if (NO_ANSWER.has(cause.code)) this.#reason ??= cause;
      else this.#fault ??= cause;
      return undefined;
    }
  }

  /** A source could not answer: what it has nobody knows. */
  get hasFailed(): boolean {
    return this.#fault !== undefined;
  }

  noKey(missing: readonly WantedKey[]): PackagerError {
    if (this.#fault) return this.#fault;
    const ids = [...new Set(missing.flatMap(keyIdsWanted))];
    const what =
      ids.length > 0
        ? `for the key ${ids.length > 1 ? 'ids' : 'id'} ${ids.join(', ')}`
        : 'for the package, which names none by its id';
    const names = [...this.#names];
    const where = names.length > 0 ? `Asked: ${names.join('; ')}.` : 'No key source is there to be asked.';
    const said = this.#reason ? ` ${this.#reason.message}` : '';
    return fail.keyMissing(
      `There is no key ${what}. ${where}${said}`,
      this.#reason?.code === 'NO_CONTENT_ID' || names.length === 0
        ? 'Name the key source that the package was made with, and its content id, in the config or as options.'
        : 'Ask the key source that the package was made with, under the content id of the title: no other key is taken in its place.',
    );
  }
}

const NO_ANSWER: ReadonlySet<string> = new Set(['NO_KEY', 'NO_CONTENT_ID']);

async function askFinders(
  finders: readonly KeyFinder[],
  known: KnownKeys,
  wanted: readonly WantedKey[],
  { asked, signal }: { readonly asked: Asked; readonly signal: AbortSignal },
): Promise<void> {
  for (const finder of finders) {
    const ids = [...new Set(known.missing(wanted).flatMap(keyIdsWanted))];
    if (ids.length === 0) return;
    const found = (await asked.of(finder.name, () => answerOf(signal, finder.find(ids)))) ?? [];
    known.add(found.filter(({ hexId }) => ids.includes(hexId)));
  }
}

/** As for packaging; a title nobody names has no such keys. */
async function askByContent(
  packager: Packager,
  { title, signal, labels: given }: PackageKeysOptions & { readonly signal: AbortSignal },
  known: KnownKeys,
  wanted: readonly WantedKey[],
  asked: Asked,
): Promise<void> {
  const labels = given ?? fixedPolicy(title.keys ?? 'one')?.labels;
  if (packager.modes.size === 0 || labels === undefined) return;
  const run = new Run({ title, inputs: unseenInputs(title) }, signal);
  const contentId = await asked.of('whoever names the content', () => resolveContentId(packager, run));
  if (contentId === undefined) return;
  run.contentId = contentId;
  known.contentId = contentId;
  const name = `the key source for content "${contentId}"`;
  for (const mode of chooseModes(packager, run)) {
    const sources = await asked.of(name, () => keySources(packager, run, mode, labels));
    for (const source of sources ?? []) await askForPeriods(source, labels, known, wanted, name, asked);
  }
}

/** A mode that has room for one key alone is no mode of a title with several. */
async function keySources(
  packager: Packager,
  run: Run,
  mode: ModeDefinition,
  labels: readonly string[],
): Promise<ModeKeySource[]> {
  if (!mode.carries && labels.length > 1) return [];
  return acquireKeys(packager, run, [mode], labels, { isLookup: true });
}

/**
 * How many crypto periods there are, only the title's length tells: they are asked for until nothing is missing, or there is none of
 * any label. A package has no more of them than keys.
 */
async function askForPeriods(
  { mode, keyOf }: ModeKeySource,
  labels: readonly string[],
  known: KnownKeys,
  wanted: readonly WantedKey[],
  name: string,
  asked: Asked,
): Promise<void> {
  for (let period = 0; period <= wanted.length; period++) {
    const found: ContentKey[] = [];
    for (const label of labels) {
      const key = await asked.of(name, () => keyOf({ label, period }));
      if (key) found.push(key);
    }
    known.add(found, mode.scheme);
    if (found.length === 0 || known.missing(wanted).length === 0) return;
  }
}
