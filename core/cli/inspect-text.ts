import type { DescribedFile, PackageDescription } from '../inspect/describe/describe-package.ts';
import type { TransportDescription } from '../inspect/describe/description.ts';
import { bytes, count, duration, type Paint, printableName } from './format.ts';
import { boxLines } from './inspect-boxes-text.ts';
import { bitRate, clock } from './inspect-figures.ts';
import { manifestLines } from './inspect-manifest-text.ts';
import { mp4Lines } from './inspect-mp4-text.ts';

export interface InspectOptions {
  /** Boxes as a tree in place of what they say. */
  readonly isBoxes: boolean;
  readonly paint: Paint;
}

/** What was found, for people: a part for each manifest and file. */
export function inspectLines(
  { manifests, files, others }: PackageDescription,
  options: InspectOptions,
): string[] {
  const parts = [
    ...(options.isBoxes ? [] : manifests.map((manifest) => manifestLines(manifest, options.paint))),
    ...files.map((file) => fileLines(file, options)),
    ...(others.length > 0 ? [othersLines(others)] : []),
  ];
  return parts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function fileLines(file: DescribedFile, { isBoxes, paint }: InspectOptions): string[] {
  const { path, tree } = file;
  const damage = tree?.damage ?? file.damage;
  return [
    `${paint.strong(printableName(path))}  ${bytes(file.bytes)}`,
    ...(tree && isBoxes ? boxLines(tree, paint) : contentLines(file, paint).map((line) => `  ${line}`)),
    ...(damage ? [paint.bad(`  Damaged: ${printableName(damage.message)}`)] : []),
  ];
}

function contentLines({ format, mp4, transport, text, other }: DescribedFile, paint: Paint): string[] {
  if (mp4) return mp4Lines(mp4, paint);
  if (transport) return transportLines(transport, format);
  if (text) {
    const { cues, first, end, language } = text;
    const times = first === undefined ? '' : `, from ${clock(first)} to ${clock(end ?? first)}`;
    return [
      `${format}: ${count(cues, 'cue')}${times}${language === undefined ? '' : `, ${printableName(language)}`}`,
    ];
  }
  if (!other) return [format === 'other' ? 'of no format that is known here' : format];
  const shown = (facts: readonly (readonly [string, string])[]) =>
    facts.map(([name, value]) => `${name} ${printableName(value)}`).join(', ');
  return [
    [other.name, shown(other.facts)].filter((part) => part !== '').join(': '),
    ...other.tracks.map(({ kind, id, facts }) => `${kind} ${id}: ${shown(facts)}`),
    ...(other.notes ?? []).map((note) => paint.notice(printableName(note))),
  ];
}

function transportLines(transport: TransportDescription, format: string): string[] {
  const { packets, streams, duration: seconds, bitRate: rate, firstTime } = transport;
  const facts = [
    format === 'packed-audio' ? 'packed audio' : `MPEG-TS: ${count(packets, 'packet')}`,
    ...(seconds === undefined ? [] : [duration(seconds)]),
    ...(rate === undefined ? [] : [bitRate(rate)]),
    ...(firstTime === undefined ? [] : [`first time ${(firstTime / 90_000).toFixed(3)} s`]),
  ];
  return [
    facts.join(', '),
    ...streams.map((stream) => {
      const { pid, streamType, kind, codec, codecs, language, width, height, channels, sampleRate } = stream;
      const of = [
        codecs ?? codec,
        ...(width === undefined ? [] : [`${width}x${height}`]),
        ...(channels === undefined ? [] : [`${count(channels, 'channel')}, ${sampleRate} Hz`]),
        ...(language === undefined ? [] : [language]),
        ...(stream.encrypted ? ['encrypted: SAMPLE-AES'] : []),
      ];
      const type = streamType === undefined ? '' : `, type 0x${streamType.toString(16)}`;
      return `${kind}, PID ${pid}${type}: ${of.map(printableName).join(', ')}`;
    }),
  ];
}

const othersLines = (others: PackageDescription['others']): string[] => [
  'Other files',
  ...others.map(({ ending, count: files, bytes: size }) => {
    const kind = ending === '' ? 'without an ending' : printableName(ending);
    return `  ${kind}: ${count(files, 'file')}, ${bytes(size)}`;
  }),
];
