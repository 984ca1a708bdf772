import type { PlannedInput, PlannedTrack } from '../engine/plan-inputs.ts';
import { CHARACTERISTIC, SDH_CHARACTERISTICS } from '../media/roles.ts';
import { alignRows, bytes, count, duration, type Paint, printable, printableName } from './format.ts';

/** The inputs of a plan, with their tracks below each other: a title may have dozens, each in a file of its own. */
export function inputLines(inputs: readonly PlannedInput[], paint: Paint): string[] {
  const rows = inputs.flatMap(({ tracks }) => tracks.map(trackCells));
  const lines = alignRows(rows).values();
  return inputs.flatMap(({ path, bytes: size, tracks }) => [
    `${paint.strong(printableName(path))}  ${bytes(size)}`,
    ...tracks.flatMap(({ leftOut }) => {
      const line = `  ${lines.next().value ?? ''}`;
      if (leftOut === undefined) return [line];
      return [paint.dim(line), paint.dim(`    left out: ${printable(leftOut)}`)];
    }),
  ]);
}

/** What it is; then what a user chooses it by: `"Director"  commentary`. */
const trackCells = (track: PlannedTrack): string[] => [
  `${track.kind} ${track.id}`,
  ...trackFacts(track),
  useFacts(track).join('  '),
];

function trackFacts(track: PlannedTrack): string[] {
  switch (track.kind) {
    case 'video': {
      const { width, height, frameRate } = track.video;
      const rate = Number((frameRate.num / frameRate.den).toFixed(3));
      return [printableName(track.codecs), `${width}x${height}`, `${rate} fps`, ...extent(track)];
    }
    case 'audio': {
      const { channels, sampleRate } = track.audio;
      const form = `${count(channels, 'channel')}, ${sampleRate} Hz`;
      return [printableName(track.codecs), printableName(track.language), form, ...extent(track)];
    }
    case 'text':
      return [
        printableName(track.format),
        printableName(track.language),
        '',
        duration(track.duration).padStart(WIDEST),
        '',
      ];
    case 'image':
      return [
        printableName(track.format),
        printableName(track.language),
        `${track.width}x${track.height}`,
        '',
        '',
      ];
  }
}

/** `20.0 s` and `48.2 s` are as wide as figures usually are. */
const WIDEST = 7;

const extent = (track: Extract<PlannedTrack, { readonly samples: number }>): string[] => [
  duration(track.duration).padStart(WIDEST),
  bytes(track.bytes).padStart(WIDEST),
];

/** In the words of the config, of which one sets all that follows from it. */
function useFacts(track: PlannedTrack): string[] {
  const { label, roles = [], characteristics = [], isDefault, isForced } = track;
  const score = track.kind === 'video' ? track.score : undefined;
  const isSdh = SDH_CHARACTERISTICS.every((name) => characteristics.includes(name));
  const followsFrom: ReadonlySet<string> = new Set([
    ...(isSdh ? ['caption', ...SDH_CHARACTERISTICS] : []),
    ...(isForced ? ['forced-subtitle'] : []),
    ...(roles.includes('description') ? [CHARACTERISTIC.describesVideo] : []),
  ]);
  return [
    ...(label === undefined ? [] : [`"${printable(label)}"`]),
    ...[...roles, ...characteristics].filter((name) => !followsFrom.has(name)).map(printable),
    ...(isSdh ? ['sdh'] : []),
    ...(isForced ? ['forced'] : []),
    ...(isDefault ? ['default'] : []),
    ...(score === undefined ? [] : [`score ${score}`]),
    ...(track.kind === 'video' && track.trickPlay ? ['trick play'] : []),
  ];
}
