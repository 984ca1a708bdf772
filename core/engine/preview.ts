import { isAbsolute } from 'node:path';
import { PackagerError } from '../base/errors.ts';
import { inTurns } from '../base/in-turns.ts';
import { type ModeDefinition, Packager, type Plugin } from '../contract/packager.ts';
import { Run } from '../contract/run.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import { schemeOf } from '../io/reference.ts';
import { fixedPolicy } from '../keys/label-policy.ts';
import type { PackageOptions } from './api.ts';
import { lookAtInput, unseenInputs } from './inputs.ts';
import { chooseMode, chooseModes } from './plan.ts';
import { type PlannedOutput, plannedOutputs } from './planned-outputs.ts';
import { refuseTarget } from './targets/require-targets.ts';
import { listImages } from './thumbnails/list-images.ts';
import { placeOf } from './thumbnails/look-at-images.ts';

/** Something wrong with a title that shows before it runs. */
export interface Mistake {
  /** In the title's config: `inputs[2]`, `modes[0]`, `targets[1]`, `keys`; or the plugin. */
  readonly place: string | Plugin | undefined;
  readonly error: PackagerError;
}

/** A title before it runs: what it will write, and what is wrong with it already. */
export interface Preview {
  readonly title: TitleOptions;
  readonly outputs: readonly PlannedOutput[];
  readonly mistakes: readonly Mistake[];
}

/**
 * Look at a title without opening its media or asking anybody: at its plugins, its modes, its files, and the names that
 * it will write.
 * @param isWhole false when plugins are missing: then nothing is said of modes that nobody provides
 */
export const previewTitle = (
  { title, plugins }: Pick<PackageOptions, 'title' | 'plugins'>,
  options: PreviewOptions = {},
): Promise<Preview> => previewer(plugins, options)(title);

export interface PreviewOptions {
  readonly isWhole?: boolean;
  readonly needsInputs?: boolean;
}

/** The same for many titles of the same plugins, which are applied once. */
export function previewer(
  plugins: readonly Plugin[],
  { isWhole = true, needsInputs = true }: PreviewOptions = {},
): (title: TitleOptions) => Promise<Preview> {
  const ofPlugins: Mistake[] = [];
  const faulty = new Set<Plugin>();
  const packager = new Packager(plugins, (plugin, cause) => {
    faulty.add(plugin);
    ofPlugins.push({ place: plugin, error: PackagerError.from(cause) });
  });
  const { signal } = new AbortController();
  const isSound = isWhole && faulty.size === 0;
  return (title) => preview(title, { plugins, packager, ofPlugins, isWhole, isSound, needsInputs, signal });
}

interface Looking extends Required<PreviewOptions> {
  readonly plugins: readonly Plugin[];
  readonly packager: Packager;
  /** What is wrong with these. */
  readonly ofPlugins: readonly Mistake[];
  /** All plugins are there, and none is wrong. */
  readonly isSound: boolean;
  readonly signal: AbortSignal;
}

async function preview(title: TitleOptions, looking: Looking): Promise<Preview> {
  const { plugins, packager, ofPlugins, isWhole, isSound, needsInputs, signal } = looking;
  const mistakes: Mistake[] = [...ofPlugins];
  const note = (place: Mistake['place'], cause: unknown) =>
    void mistakes.push({ place, error: PackagerError.from(cause) });
  try {
    fixedPolicy(title.keys ?? 'one');
  } catch (cause) {
    note('keys', cause);
  }
  const inputs = unseenInputs(title);
  const run = new Run({ title, inputs }, signal);
  const modes = isSound ? modesOf(packager, run, note) : [...packager.modes.values()];
  // Of modes that are missing or wrong has been spoken, and with them nobody knows what a target lacks.
  if (isWhole && modes.length > 0 && mistakes.length === 0) {
    for (const [index, target] of (title.targets ?? []).entries()) {
      const refusal = refuseTarget(target, modes);
      if (refusal) note(`targets[${index}]`, refusal);
    }
  }
  const canLook = (reference: string): boolean =>
    // What is no path has been refused as that; and of sources some may be missing.
    schemeOf(reference) === undefined ? isAbsolute(reference) : isSound;
  const looks = inputs.map(async (input, index) => {
    if (!canLook(title.inputs[index]!)) return;
    try {
      if (needsInputs) await lookAtInput(packager.sources, run, input);
      else packager.sources.of(title.inputs[index]!);
    } catch (cause) {
      note(`inputs[${index}]`, cause);
    }
  });
  await Promise.all(looks);
  if (needsInputs) await lookForThumbnails(packager, run, note);
  try {
    if (canLook(title.output)) packager.stores.of(title.output, run.signal);
  } catch (cause) {
    note('output', cause);
  }
  const outputs =
    inputs.length > 0 && mistakes.length === 0 ? await outputsOf(modes, packager, run, plugins, note) : [];
  return { title, outputs, mistakes: inOrder(mistakes) };
}

/** Whether the images of thumbnails are there; what is in them shows when the title runs. */
async function lookForThumbnails({ sources }: Packager, { title, signal }: Run, note: Note): Promise<void> {
  const { thumbnails = [] } = title;
  for (const [index, source] of thumbnails.entries()) {
    const place = placeOf(thumbnails, index);
    try {
      const images = await listImages(source, place);
      await inTurns(source.files ? images : [], (image) => sources.of(image).look({ signal }));
    } catch (cause) {
      note(place, cause);
    }
  }
}

type Note = (place: Mistake['place'], cause: unknown) => void;

function modesOf(packager: Packager, run: Run, note: Note): ModeDefinition[] {
  const { modes } = run.title;
  if (!modes) {
    try {
      return chooseModes(packager, run);
    } catch (cause) {
      note(undefined, cause);
      return [];
    }
  }
  return modes.flatMap((name, index) => {
    try {
      return [chooseMode(name, packager, run)];
    } catch (cause) {
      note(`modes[${index}]`, cause);
      return [];
    }
  });
}

async function outputsOf(
  modes: readonly ModeDefinition[],
  packager: Packager,
  run: Run,
  plugins: readonly Plugin[],
  note: Note,
): Promise<PlannedOutput[]> {
  try {
    return await plannedOutputs(modes, packager, run, plugins);
  } catch (cause) {
    note(undefined, cause);
    return [];
  }
}

/** Inputs were looked at side by side: they come in the order of the config. */
const inOrder = (mistakes: readonly Mistake[]): Mistake[] => {
  const rank = ({ place }: Mistake) => Number(/^inputs\[(\d+)\]$/.exec(String(place))?.[1] ?? -1);
  return [...mistakes].sort((one, other) => rank(one) - rank(other));
};
