import type { AsyncSeriesBailHook, AsyncSeriesHook, HookMap } from 'tapable';
import { fail, PackagerError } from '../base/errors.ts';
import { loadNow } from '../base/load-now.ts';
import { thrownWords } from '../base/thrown.ts';
import type { ByteSource } from '../io/byte-source.ts';
import type { OutputTree } from '../io/output-tree.ts';
import type { ContentKey } from '../keys/content-key.ts';
import { ContentKeySet, isKeySet } from '../keys/content-key-set.ts';
import type { ModeKeys } from '../keys/mode-keys.ts';
import type { CodedTrack, Track } from '../media/track.ts';
import type { Protector } from '../protection/protector.ts';
import type { InputInfo, Presentation } from '../title/presentation.ts';
import type { RenditionResult } from './rendition.ts';
import type { Report } from './report.ts';
import type { Run } from './run.ts';
import type { SegmentJob } from './segment-job.ts';
import type { StageName } from './stages.ts';
import type { UnitPlan } from './unit-plan.ts';

/** A question for the keys of a mode. */
export interface KeyRequest {
  readonly contentId: string;
  /** The mode that will use them, e.g. `acme`: one content in two schemes should have two keys. */
  readonly mode: string;
  /** What the mode does with them: `cenc`, `sample-aes`, `aes-128`, or a plugin's own word. */
  readonly scheme: string;
  /** All labels that tracks may turn out to have: those of one label share a key. `ALL` alone for a title with one key. */
  readonly labels: readonly string[];
  /** Only keys that there are already are of use, as for a finished package: a source that makes keys makes none. */
  readonly isLookup?: true;
}

/** A question for the protection of one track, or (`track` absent) of a unit's finished resources, in one crypto period. */
export interface EncryptRequest {
  readonly mode: string;
  readonly unit: UnitPlan;
  readonly track: CodedTrack | undefined;
  /** The key that it is to be protected with, and what that is for. */
  readonly key: ContentKey;
  readonly label: string;
  /** Crypto period, from 0: the protector is for its segments alone. */
  readonly period: number;
}

/** A group of audio in a multivariant playlist (RFC 8216, 4.3.4.1.1). */
export interface ListedAudioGroup {
  readonly id: string;
  /** What players call its members. */
  readonly names: readonly string[];
  /** How many variants go with it. */
  readonly variants: number;
}

/** What a manifest offers, for people who want to see it before it is written. */
export interface ManifestFacts {
  readonly audioGroups: readonly ListedAudioGroup[];
}

/** What a mode's manifest is made of. */
export interface ManifestJob {
  readonly mode: string;
  readonly run: Run;
  readonly presentation: Presentation;
  /** In the order of the plan. */
  readonly renditions: readonly RenditionResult[];
  readonly keys: ModeKeys;
  /** The mode's folder in the output folder. Absent: it writes straight into that. */
  readonly folder?: string;
  readonly output: OutputTree;
  /** A plan asks what is offered; absent: nobody does. */
  readonly tell?: (facts: ManifestFacts) => void;
}

/** The file to look into. */
export interface DemuxRequest {
  readonly source: ByteSource;
  readonly input: InputInfo;
}

type Bail<Arguments extends unknown[], Answer> = AsyncSeriesBailHook<Arguments, Answer | undefined>;

/**
 * The lifecycle of a title, left to right. In the first five, `undefined` passes the question on and the first answer
 * counts (`null` would be an answer: do not return it); in the last two everyone is told.
 */
export interface Hooks {
  /** Name the content. Asked once a title, only when the config does not. */
  readonly resolveCid: Bail<[run: Run], string>;
  /** Fetch the keys for one mode, before its tracks are known: a set, or a key, which is a set of one (`ContentKeySet.from`). */
  readonly acquireKey: Bail<[request: KeyRequest, run: Run], ContentKey | ContentKeySet>;
  /** List the tracks of an input. Asked in every thread that reads the input: `run.once` keeps what took long to find. */
  readonly demux: Bail<[request: DemuxRequest, run: Run], readonly Track[]>;
  /** By mode: say what protects a track or a unit. No answer stops the run. */
  readonly encrypt: HookMap<Bail<[request: EncryptRequest, run: Run], Protector>>;
  /** By mode: write one unit, calling the protectors at the right moment. */
  readonly segment: HookMap<Bail<[job: SegmentJob, run: Run], RenditionResult>>;
  /** By mode: write the manifests when all units are written. */
  readonly emitManifest: HookMap<AsyncSeriesHook<[job: ManifestJob, run: Run]>>;
  /** The title is finished, or has failed (`report.error`). Where a tap fails, all are told once more, with that failure. */
  readonly report: AsyncSeriesHook<[report: Report, run: Run]>;
}

export function createHooks(): Hooks {
  const { AsyncSeriesBailHook, AsyncSeriesHook, HookMap } = loadNow<typeof import('tapable')>('tapable');
  return {
    resolveCid: named('resolve-cid', new AsyncSeriesBailHook(['run'])),
    acquireKey: named('acquire-key', new AsyncSeriesBailHook(['request', 'run']), attributedKeys),
    demux: named('demux', new AsyncSeriesBailHook(['request', 'run'])),
    encrypt: new HookMap(() => named('encrypt', new AsyncSeriesBailHook(['request', 'run']))),
    segment: new HookMap(() => named('segment', new AsyncSeriesBailHook(['job', 'run']))),
    emitManifest: new HookMap(() => named('emit-manifest', new AsyncSeriesHook(['job', 'run']))),
    report: named('report', new AsyncSeriesHook(['report', 'run'])),
  };
}

type AnyHook = Pick<AsyncSeriesHook<unknown[]>, 'intercept'>;

/** Puts the plugin's and the hook's name on what was thrown. */
type Attributed = (cause: unknown) => PackagerError;

/** Keys are looked for when the hook has long been left. */
const attributedKeys = (answer: unknown, attributed: Attributed): unknown =>
  isKeySet(answer)
    ? new ContentKeySet(async (place) => {
        try {
          return await answer.keyOf(place);
        } catch (cause) {
          throw attributed(cause);
        }
      })
    : answer;

/**
 * Put the plugin's and the hook's name on every error that leaves a tap: here, once, for all plugins.
 * @param late the same for what an answer may throw later
 */
function named<H>(
  stage: StageName,
  hook: H,
  late = (answer: unknown, _attributed: Attributed): unknown => answer,
): H {
  (hook as AnyHook).intercept({
    register: (tap) => {
      const { fn, name, type } = tap as typeof tap & { fn: (...args: unknown[]) => unknown };
      const attributed: Attributed = (cause) => attribute(cause, name, stage);
      const call =
        type === 'promise'
          ? async (...args: unknown[]) => {
              try {
                return late(await fn(...args), attributed);
              } catch (cause) {
                throw attributed(cause);
              }
            }
          : (...args: unknown[]) => {
              try {
                return late(fn(...args), attributed);
              } catch (cause) {
                throw attributed(cause);
              }
            };
      return type === 'async' ? tap : { ...tap, fn: call };
    },
  });
  return hook;
}

/** An error of a plugin, with its name on it. @param hook absent: it could not be applied */
export function attribute(cause: unknown, plugin: string, hook?: StageName): PackagerError {
  const reason = thrownWords(cause);
  const error = PackagerError.is(cause) ? cause : fail.unexpected(`${plugin} failed: ${reason}`, cause);
  error.plugin ??= plugin;
  error.hook ??= hook;
  return error;
}
