import { checkContentId } from '../config/content-id.ts';
import { ContentKey } from '../content-key.ts';
import { fail, PackagerError } from '../errors.ts';
import type { InputInfo, Presentation } from '../media/presentation.ts';
import { describeTrack, type Track } from '../media/track.ts';
import type { UnitPlan } from '../media/unit.ts';
import type { ModeDefinition, Packager } from '../packager.ts';
import type { Run } from '../run.ts';

/** The one label of a single-key title. */
const SINGLE_KEY = 'ALL';

/** The modes of this run, in the order of the plugins, or of `modes` where the title names some. */
export function chooseModes(packager: Packager, run: Run): ModeDefinition[] {
  const known = [...packager.modes.keys()];
  const names = run.title.modes ?? known;
  if (names.length === 0)
    throw fail.missingOption(
      'No mode is configured.',
      'Add a mode plugin or a preset, for example pallycon().',
    );
  return names.map((name) => {
    const mode = packager.modes.get(name);
    if (!mode) throw fail.unknownMode(name, known);
    if (mode.protects === 'resources' && mode.carries && run.title.clear.length > 0) {
      throw fail.invalidOption(
        `Mode ${name} encrypts whole segments and cannot leave ${run.title.clear.join(' and ')} clear.`,
        `Take ${name} out of the modes, or \`clear\` out of the config.`,
      );
    }
    return mode;
  });
}

/** The content id: the config's own, else the first plugin's answer. @throws PackagerError when nobody names it. */
export async function resolveContentId(packager: Packager, run: Run): Promise<string> {
  const contentId = run.title.contentId ?? (await packager.hooks.resolveCid.promise(run));
  if (contentId === undefined) throw fail.noContentId();
  return checkContentId(contentId);
}

/** Names that a mode will write directly in the output folder. */
export function outputNames(mode: ModeDefinition, inputs: readonly InputInfo[]): readonly string[] {
  return mode.folder ? [mode.folder(inputs)] : (mode.files?.(inputs) ?? []);
}

/** One key for each mode. @throws PackagerError 2004 when no source answers: without a key nothing is written. */
export async function acquireKeys(
  packager: Packager,
  run: Run,
  modes: readonly ModeDefinition[],
): Promise<Map<string, ContentKey>> {
  const keys = new Map<string, ContentKey>();
  for (const { name, scheme } of modes) {
    const request = { contentId: run.contentId, mode: name, scheme, label: SINGLE_KEY, period: 0 };
    const key = await packager.hooks.acquireKey.promise(request, run);
    if (!key) throw fail.noKey(run.contentId, SINGLE_KEY, name);
    // A plugin may come with a copy of the package of its own: make the key ours, which also checks it.
    keys.set(name, ContentKey.from(key.transfer()));
  }
  return keys;
}

/**
 * Refuse what a mode cannot carry before the first byte is written. Audio is only left out, with a warning, where its
 * language is there in a codec that the mode can carry: `presentationFor` leaves it out.
 */
export function requireCarriable(mode: ModeDefinition, presentation: Presentation, run: Run): void {
  for (const { track } of presentation.video) {
    const refusal = whyNot(mode, track, run);
    if (refusal) throw refusal;
  }
  const kept = presentationFor(mode, presentation, run).audio;
  for (const { track } of presentation.audio) {
    const refusal = whyNot(mode, track, run);
    if (refusal === undefined) continue;
    if (!kept.some((other) => other.track.language === track.language)) throw refusal;
    run.warn(`${refusal.message} It is left out there: "${track.language}" has a track in another codec.`);
  }
}

/** The title as a mode gets it: without the audio tracks that `requireCarriable` let pass though the mode cannot carry them. */
export function presentationFor(mode: ModeDefinition, presentation: Presentation, run: Run): Presentation {
  const audio = presentation.audio.filter(({ track }) => whyNot(mode, track, run) === undefined);
  return { ...presentation, audio };
}

/** Why a mode cannot carry a track; `undefined`: it can. */
function whyNot({ name, carries, check, protects }: ModeDefinition, track: Track, run: Run) {
  if (!carries) return undefined;
  if (!carries.includes(track.entry)) {
    return fail.unsupportedCodec(
      run.inputs[track.input]?.path ?? '',
      `mode ${name} cannot carry ${describeTrack(track)}.`,
      `It carries ${carries.join(', ')}: encode the track again, or leave the mode out.`,
    );
  }
  try {
    check?.(track, protects === 'samples' && !run.title.clear.includes(track.kind));
    return undefined;
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
}

/** A unit with the mode that it belongs to. */
export interface PlannedUnit {
  readonly mode: ModeDefinition;
  readonly unit: UnitPlan;
}

/** All work of the title, mode by mode. */
export const planUnits = (
  modes: readonly ModeDefinition[],
  presentation: Presentation,
  run: Run,
): PlannedUnit[] =>
  modes.flatMap((mode) =>
    mode.plan(presentationFor(mode, presentation, run)).map((unit) => ({ mode, unit })),
  );
