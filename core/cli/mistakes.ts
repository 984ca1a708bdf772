import { fail, PackagerError } from '../base/errors.ts';
import { NO_TITLE } from '../config/check.ts';
import type { Draft } from '../config/draft.ts';
import { noInput } from '../config/resolve.ts';
import type { ConfigOverrides } from '../config/types.ts';
import { findClashes } from '../engine/clashes.ts';
import { type Mistake, type Preview, previewTitle } from '../engine/preview.ts';
import { inCommandWords } from './command-words.ts';

export interface MistakesOptions {
  /** The config file; `undefined`: the command line alone. */
  readonly path: string | undefined;
  /** Environment variables that it needs and that are not set. */
  readonly unset: readonly string[];
  readonly overrides: ConfigOverrides;
  readonly inputsOptional: boolean;
}

/** A mistake with its place in words. */
interface Placed {
  readonly place: string | undefined;
  readonly error: PackagerError;
}

/**
 * Stop before anything runs if anything is wrong with any title: with its config, its plugins, its modes, its files, or
 * with what it writes beside the others.
 * @throws PackagerError with all of it; its codes are those of the first mistake
 */
export async function refuseMistakes(drafts: readonly Draft[], options: MistakesOptions): Promise<void> {
  const { path, unset, inputsOptional } = options;
  const ofConfig = drafts.flatMap(({ complaints }) => complaints);
  if (path !== undefined && drafts.length === 0) ofConfig.push(NO_TITLE);
  const ofCommand = [...new Set(drafts.flatMap(({ overrideComplaints }) => overrideComplaints))].map(
    asOption,
  );
  const previews: Preview[] = [];
  for (const draft of drafts) {
    const isWhole = draft.complaints.length === 0 && draft.overrideComplaints.length === 0;
    previews.push(await previewTitle(draft, { isWhole, needsInputs: !inputsOptional }));
  }
  const placed: Placed[] = [
    ...untold(unset, ofConfig),
    ...previews.flatMap(({ mistakes }, index) => placesOf(mistakes, drafts, index, options)),
    ...(inputsOptional ? [] : withoutInput(drafts)),
    ...(inputsOptional ? [] : await findClashes(previews)).map((error) => ({ place: undefined, error })),
  ];

  if (ofConfig.length === 0 && ofCommand.length === 0) return refuse(placed);
  const onlyUnset = ofConfig.every((line) => unset.some((name) => line.includes(isNotSet(name))));
  if (onlyUnset && ofCommand.length === 0 && placed.length === 0) {
    if (unset.length === 1) throw fail.missingEnvironment(unset);
    throw fail.several(`${path} is not valid:`, ofConfig, fail.missingEnvironment(unset));
  }
  const others = placed.map(lineOf);
  if (ofConfig.length === 0) {
    const [only = '', ...more] = [...ofCommand, ...others];
    if (more.length === 0) throw fail.invalidOption(only);
    throw fail.several('The command line is not valid:', [only, ...more], fail.invalidOption(only));
  }
  const given = ofCommand.map((line) => `(command line) ${line}`);
  throw fail.invalidConfig(path ?? 'The config', [...ofConfig, ...given, ...others]);
}

/** What the command line calls the fields of a config. */
const OPTIONS: Readonly<Record<string, string>> = {
  preset: '--preset',
  modes: '--mode',
  contentId: '--content-id',
  segmentDuration: '--segment-duration',
  clear: '--clear',
  targets: '--target',
  output: '--output',
  workers: '--workers',
};

/** `modes[0]: …`, as the config would have it, in the words of the command line: `--mode: …`. */
const asOption = (complaint: string): string =>
  complaint.replace(/^(\w+)(?:\[(\d+)\])?/, (place, field: string, index: string | undefined) =>
    field === 'inputs' ? `input ${Number(index) + 1}` : (OPTIONS[field] ?? place),
  );

function refuse(placed: readonly Placed[]): void {
  const [first, ...others] = placed;
  if (!first) return;
  if (others.length === 0) {
    const { place, error } = first;
    if (place === undefined) throw error;
    throw new PackagerError(
      { ...error.toJSON(), message: `${place}: ${error.message}` },
      { cause: error.cause },
    );
  }
  throw fail.several(`Nothing was packaged, for ${placed.length} reasons:`, placed.map(lineOf), first.error);
}

const lineOf = ({ place, error }: Placed): string =>
  `${place === undefined ? '' : `${place}: `}${sentenceOf(error)}`;

/** What is wrong, and what to do, in the words of the command line. */
export function sentenceOf({ message, hint }: Pick<PackagerError, 'message' | 'hint'>): string {
  const advice = inCommandWords(hint);
  return `${stopped(message)}${advice === undefined ? '' : ` ${advice}`}`;
}

/** A path at the end of a message has no full stop of its own. */
const stopped = (message: string): string => (/[.!?…]$/.test(message) ? message : `${message}.`);

const isNotSet = (name: string): string => `the environment variable ${name} is not set.`;

/** Variables whose value is not found in the config: something else was made of it. */
function untold(unset: readonly string[], complaints: readonly string[]): Placed[] {
  const names = unset.filter((name) => !complaints.some((line) => line.includes(isNotSet(name))));
  return names.map((name) => ({ place: undefined, error: fail.missingEnvironment([name]) }));
}

/** Where mistakes of a preview are. */
const FIELDS = ['inputs', 'modes', 'output', 'targets'] as const;

function placesOf(
  mistakes: readonly Mistake[],
  drafts: readonly Draft[],
  index: number,
  { path, overrides }: MistakesOptions,
): Placed[] {
  const prefix = drafts.length > 1 ? `[${index}].` : '';
  return mistakes.map(({ place, error }) => {
    if (typeof place === 'object') return { place: drafts[index]?.places.get(place), error };
    // What the command line says has no place in the config.
    const field = FIELDS.find((name) => place?.startsWith(name)) ?? 'inputs';
    const isGiven = overrides[field];
    const isOfConfig = path !== undefined && place !== undefined && !isGiven;
    return { place: isOfConfig ? `${prefix}${place}` : undefined, error };
  });
}

const withoutInput = (drafts: readonly Draft[]): Placed[] =>
  drafts.flatMap(({ title, isInputLost }, index) =>
    title.inputs.length > 0 || isInputLost
      ? []
      : [{ place: drafts.length > 1 ? `[${index}]` : undefined, error: noInput() }],
  );
