import { type ModeDefinition, Packager } from '../../../core/contract/packager.ts';
import type { Target } from '../../../core/contract/target.ts';
import { carriedBy } from '../../../core/engine/plan.ts';
import { requireTargets } from '../../../core/engine/targets/require-targets.ts';
import { PackagerError, type Plugin, Run } from '../../../core/index.ts';
import { type LabelPolicy, ONE_KEY } from '../../../core/keys/label-policy.ts';
import { ModeKeys } from '../../../core/keys/mode-keys.ts';
import type { CodedTrack } from '../../../core/media/track.ts';
import { createPresentation } from '../../../core/title/present.ts';
import { makeMedia } from '../media/made-samples.ts';
import { AAC_CONFIG } from '../media/ts-media.ts';
import { titleOptions } from './package.ts';
import { secondKey, testKey } from './renditions.ts';

/** Sample entry and codec string of what titles are made of here. */
const CODECS = {
  'H.264': ['avc1', 'avc1.640028'],
  HEVC: ['hvc1', 'hvc1.1.6.L120.90'],
  'Dolby Vision': ['dvh1', 'dvh1.05.06'],
  VP9: ['vp09', 'vp09.00.40.08'],
  AV1: ['av01', 'av01.0.08M.08'],
  AAC: ['mp4a', 'mp4a.40.2'],
  'xHE-AAC': ['mp4a', 'mp4a.40.42'],
  MP3: ['mp4a', 'mp4a.6B'],
  'AC-3': ['ac-3', 'ac-3'],
  'E-AC-3': ['ec-3', 'ec-3'],
  Opus: ['Opus', 'opus'],
  FLAC: ['fLaC', 'flac'],
} as const;

type CodecName = keyof typeof CODECS;

/** A video track. */
export function picture(codec: CodecName, width = 1920, height = 1080): CodedTrack {
  const [entry, codecs] = CODECS[codec];
  const media = makeMedia({ count: 500, sync: 50 }, { entry, codecs });
  if (media.kind !== 'video') throw new Error('made media are video');
  return { ...media, video: { ...media.video, width, height } };
}

/** A sound track. */
export function sound(codec: CodecName, language = 'eng'): CodedTrack {
  const [entry, codecs] = CODECS[codec];
  return makeMedia({ count: 938 }, { kind: 'audio', entry, codecs, language, config: AAC_CONFIG });
}

/** What is said of a title: of its targets, or why one is refused. */
export interface TargetVerdict {
  readonly message?: string;
  readonly hint?: string | undefined;
  /** The modes that the last target plays. */
  readonly plays?: readonly string[];
  readonly warnings: readonly string[];
}

// What is in the samples is not asked here: they are made up.
const unchecked = ({ check: _, otherwise = [], ...mode }: ModeDefinition): ModeDefinition => ({
  ...mode,
  otherwise: otherwise.map(({ check, ...way }) => way),
});

/** What of a title matters here beside its modes and tracks. */
export interface TargetTitle {
  readonly clear?: readonly ('video' | 'audio')[];
  /** Of one label or two: each has a key of its own. */
  readonly policy?: LabelPolicy;
}

/** What becomes of targets where a title has these modes and tracks, of an input each. */
export async function targetVerdict(
  targets: readonly Target[],
  plugins: readonly Plugin[],
  tracks: readonly CodedTrack[],
  { clear = [], policy = ONE_KEY }: TargetTitle = {},
): Promise<TargetVerdict> {
  const packager = new Packager(plugins);
  const modes = [...packager.modes.values()].map(unchecked);
  const inputs = tracks.map((_, index) => {
    const name = `${index + 1}.mp4`;
    return { index, path: `/media/${name}`, name, bytes: 1 };
  });
  const title = { ...titleOptions({ inputs: inputs.map(({ path }) => path), clear }), targets };
  const run = new Run({ title, inputs }, new AbortController().signal);
  const perInput = tracks.map((track, input) => [{ ...track, input, id: 1 }]);
  const presentation = createPresentation(inputs, perInput, { segmentDuration: 6, warn: () => {} });
  const [first = '', ...others] = policy.labels;
  const keys = new ModeKeys([
    { label: first, period: 0, key: testKey() },
    ...others.map((label) => ({ label, period: 0, key: secondKey() })),
  ]);
  const carried = new Map();
  for (const mode of modes) carried.set(mode.name, await carriedBy(mode, presentation, packager, run));
  const before = run.warnings.length;
  const facts = {
    modes,
    policy,
    keys: new Map(modes.map(({ name }) => [name, keys])),
    presentation,
    carried,
  };
  try {
    const served = requireTargets(facts, run);
    return { plays: served.at(-1)?.modes ?? [], warnings: run.warnings.slice(before) };
  } catch (error) {
    if (!PackagerError.is(error)) throw error;
    return { message: error.message, hint: error.hint, warnings: run.warnings.slice(before) };
  }
}
