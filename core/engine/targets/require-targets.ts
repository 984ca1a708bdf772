import { fail, type PackagerError } from '../../base/errors.ts';
import type { ModeDefinition } from '../../contract/packager.ts';
import type { Run } from '../../contract/run.ts';
import type { Target } from '../../contract/target.ts';
import { describeTrack } from '../../media/track.ts';
import type { TitleFacts } from '../title-run.ts';
import {
  isPlayed,
  judgeMode,
  judgeUnopened,
  type OpenMode,
  type PlayedMode,
  type RefusedMode,
  undecodable,
} from './judge-mode.ts';
import { choiceWords, wayWords } from './words.ts';

/** Which modes a target of the title plays. */
export interface ServedTarget {
  readonly target: string;
  readonly modes: readonly string[];
}

/**
 * Every target of a title has to be able to play one of its modes. What a target does not decode of the mode that serves it best is
 * warned of.
 * @throws PackagerError TARGET_NOT_SERVED for the first that can play none: by its name, with a reason for each mode and what to choose
 */
export function requireTargets(facts: TitleFacts, run: Run): ServedTarget[] {
  const { targets = [], clear } = run.title;
  return targets.map((target) => {
    const verdicts = facts.modes.map((mode) => {
      const open: OpenMode = {
        mode,
        carried: facts.carried.get(mode.name)!,
        keys: facts.keys.get(mode.name)!,
        policy: facts.policy,
        clear,
      };
      return judgeMode(target, open);
    });
    const played = verdicts.filter(isPlayed);
    if (played.length === 0) {
      const refused = verdicts.flatMap((verdict) => (isPlayed(verdict) ? [] : [verdict]));
      const { video, audio } = facts.presentation;
      const tracks = [...video, ...audio].map(({ track }) => track);
      throw notServed(target, refused, undecodable(target, tracks));
    }
    warnOfUnserved(target, played, run);
    return { target: target.name, modes: played.map(({ mode }) => mode) };
  });
}

/**
 * The same before anything of a title is opened: for a target that can play no mode, whatever tracks there are.
 * @returns what to tell, where it cannot be
 */
export function refuseTarget(target: Target, modes: readonly ModeDefinition[]): PackagerError | undefined {
  const refused = modes.flatMap((mode) => judgeUnopened(target, mode) ?? []);
  return refused.length === modes.length ? notServed(target, refused, []) : undefined;
}

/** @param encode what of the tracks it decodes in no mode: sentences */
function notServed(
  target: Target,
  refused: readonly RefusedMode[],
  encode: readonly string[],
): PackagerError {
  const reasons = refused.map(({ mode, why }) => `mode ${mode}: it ${why}`);
  const own = refused.flatMap(({ instead = [] }) => instead);
  const hints = own.length > 0 ? own : [chooseWords(target), ...encode];
  const { name, title } = target;
  return fail.targetNotServed(
    `Target ${name} (${title}) can play none of this title's modes: ${reasons.join('; ')}.`,
    [...new Set(hints)].join(' '),
  );
}

function chooseWords({ choose = [], plays }: Target): string {
  if (choose.length > 0) return `Choose ${choose.map(choiceWords).join(', or ')}.`;
  return `It plays ${plays.map(wayWords).join(', or ')}.`;
}

/** Of several modes that which serves it best counts: it has the choice. */
function warnOfUnserved({ name }: Target, played: readonly PlayedMode[], run: Run): void {
  const [best] = [...played].sort((one, other) => one.unserved.length - other.unserved.length);
  for (const { track, why } of best?.unserved ?? []) {
    const path = run.inputs[track.input]?.path;
    run.warn(
      `${path}: target ${name} ${why}: it goes without ${describeTrack(track)} in mode ${best!.mode}.`,
    );
  }
}
