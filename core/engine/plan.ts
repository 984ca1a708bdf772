import { fail, PackagerError } from '../base/errors.ts';
import { answerOf } from '../base/unless-cancelled.ts';
import type { Codecs } from '../codecs/registry.ts';
import { checkContentId } from '../config/content-id.ts';
import { nearest, showName } from '../config/wording.ts';
import type { Carriage, ModeDefinition, Packager } from '../contract/packager.ts';
import type { Run } from '../contract/run.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import { type AudioTrack, type CodedTrack, type CodedTrackInfo, describeTrack } from '../media/track.ts';
import type { Presentation } from '../title/presentation.ts';
import { programmeOf } from '../title/switching-sets.ts';
import { type LeftOut, leaveOutTrickPlay, leaveOutUncoded } from './leave-out.ts';

/** The modes of this run, in the order of the plugins, or of `modes` where the title names some. */
export function chooseModes(packager: Packager, run: Run): ModeDefinition[] {
  const known = [...packager.modes.keys()];
  const names = run.title.modes ?? known;
  if (names.length === 0)
    throw fail.missingOption('No mode is configured.', 'Add a mode plugin or a preset to the config.');
  return names.map((name) => chooseMode(name, packager, run));
}

/** @throws PackagerError when there is no such mode, or it cannot do what the config asks for */
export function chooseMode(name: string, packager: Packager, run: Run): ModeDefinition {
  const mode = packager.modes.get(name);
  if (!mode) {
    const known = [...packager.modes.keys()];
    const hint = nearest(
      name,
      known,
      `Choose from: ${known.join(', ') || 'none (the config has no mode plugin)'}.`,
    );
    throw fail.unknownMode(showName(name, known), hint.trim());
  }
  if (!mode.carries) warnOfWholeFiles(mode, run);
  if (mode.protects === 'resources' && mode.carries && run.title.clear.length > 0) {
    throw fail.invalidOption(
      `Mode ${name} encrypts whole segments and cannot leave ${run.title.clear.join(' and ')} clear.`,
      `Take ${name} out of the modes, or \`clear\` out of the config.`,
    );
  }
  return mode;
}

/** A mode that does not look into files cannot leave anything out of them. */
function warnOfWholeFiles({ name }: ModeDefinition, run: Run): void {
  for (const { path, choice } of run.inputs) {
    if (choice?.video === undefined && choice?.audio === undefined) continue;
    run.warn(`${path}: mode ${name} takes the file as it is: the tracks that the config leaves out stay in.`);
  }
}

/** The content id: the config's own, else the first plugin's answer. @throws PackagerError when nobody names it. */
export async function resolveContentId(packager: Packager, run: Run): Promise<string> {
  const contentId =
    run.title.contentId ?? (await answerOf(run.signal, packager.hooks.resolveCid.promise(run)));
  if (contentId === undefined) throw fail.noContentId();
  return checkContentId(contentId);
}

/** Whether a mode encrypts the samples of a track. The one way for them to stay clear is the config's own word. */
export const protectsSamples = (
  { protects }: Pick<ModeDefinition, 'protects'>,
  { kind }: Pick<CodedTrackInfo, 'kind'>,
  { clear }: Pick<TitleOptions, 'clear'>,
): boolean => protects === 'samples' && !clear.includes(kind);

/** What of the title a mode gets, and how it carries that. */
export interface Carried extends Presentation {
  readonly carriage: Carriage;
  /** What it cannot carry, and the title goes without. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * What of the title a mode gets, in the first of its ways that can carry it. What none can carry is refused before the
 * first byte is written; audio is only left out, with a warning, where what it is to its listeners (language, roles) is there in a codec that can be carried, and
 * text and images are, whatever they are.
 * @throws PackagerError of the last way, which names the track, and what would work
 */
export async function carriedBy(
  mode: ModeDefinition,
  presentation: Presentation,
  { codecs }: Pick<Packager, 'codecs'>,
  run: Run,
): Promise<Carried> {
  const [carriage, ...others] = [mode, ...(mode.otherwise ?? [])];
  let answer = await carriedIn(carriage, { mode, codecs, run }, presentation);
  for (const other of others) {
    if (!PackagerError.is(answer)) break;
    answer = await carriedIn(other, { mode, codecs, run }, presentation);
  }
  if (PackagerError.is(answer)) throw answer;
  return answer;
}

/** Who asks what a way can carry. */
interface Asking {
  readonly mode: ModeDefinition;
  readonly codecs: Codecs;
  readonly run: Run;
}

/** The same for one of its ways; answers why that cannot carry the title. */
async function carriedIn(
  carriage: Carriage,
  asking: Asking,
  presentation: Presentation,
): Promise<Carried | PackagerError> {
  const { mode, run } = asking;
  for (const timed of presentation.video) {
    const refusal = await whyNot(carriage, timed, asking);
    if (refusal) return refusal;
  }
  const { trickPlay = [] } = presentation;
  const searched = trickPlay.filter(
    ({ track }) => carriage.trickPlay === 'any' || carriage.trickPlay === track.trickPlay,
  );
  for (const timed of searched) {
    const refusal = await whyNot(carriage, timed, asking);
    if (refusal) return refusal;
  }
  const audio: TimedTrack<AudioTrack>[] = [];
  const refused: { readonly track: CodedTrack; readonly refusal: PackagerError }[] = [];
  for (const timed of presentation.audio) {
    const refusal = await whyNot(carriage, timed, asking);
    if (refusal) refused.push({ track: timed.track, refusal });
    else audio.push(timed);
  }
  const missing = refused.find(
    ({ track }) => !audio.some((other) => programmeOf(other.track) === programmeOf(track)),
  );
  if (missing) return missing.refusal;
  for (const { track, refusal } of refused) {
    run.warn(`${refusal.message} It is left out there: "${track.language}" has a track in another codec.`);
  }
  for (const { track } of [...presentation.video, ...audio]) {
    const loss = carriage.losesOf?.(track);
    if (loss) run.warn(`${run.inputs[track.input]?.path}: mode ${mode.name}: ${loss}`);
  }
  const leftOut = refused.map(({ track, refusal }): LeftOut => ({ track, why: refusal.message }));
  if (!carriage.carries) return { ...presentation, audio, carriage, leftOut };
  const warn = (message: string) => run.warn(message);
  const uncoded = leaveOutUncoded(mode.name, carriage, presentation, warn);
  const unsearched = trickPlay.filter((timed) => !searched.includes(timed)).map(({ track }) => track);
  // Who carries what is given can point into renditions for the rest.
  const passedOver = carriage.trickPlay ? [] : leaveOutTrickPlay(mode.name, unsearched, warn);
  const text = carriage.text ? presentation.text : [];
  const own = { ...presentation, audio, text, images: [], trickPlay: searched };
  return { ...own, carriage, leftOut: [...leftOut, ...uncoded, ...passedOver] };
}

/** Why a mode cannot carry a track in this way; `undefined`: it can. */
async function whyNot(
  { carries, check, instead = 'encode the track again, or leave the mode out' }: Carriage,
  { track, timing }: TimedTrack,
  { mode, codecs, run }: Asking,
): Promise<PackagerError | undefined> {
  if (!carries) return undefined;
  const entries = typeof carries === 'function' ? carries(codecs) : carries;
  if (!entries.includes(track.entry)) {
    return fail.unsupportedCodec(
      run.inputs[track.input]?.path ?? '',
      `mode ${mode.name} cannot carry ${describeTrack(track)}.`,
      `It carries ${entries.join(', ')}: ${instead}.`,
    );
  }
  try {
    await answerOf(
      run.signal,
      (async () => check?.(track, protectsSamples(mode, track, run.title), timing))(),
    );
    return undefined;
  } catch (error) {
    if (PackagerError.is(error) && error.code !== 'CANCELLED') return error;
    throw error;
  }
}
