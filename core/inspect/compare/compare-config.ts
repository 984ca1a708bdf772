import type { Finding } from '../findings/finding.ts';
import { finding } from '../findings/make.ts';
import { readDecoderConfig } from '../form/aac/audio-config.ts';
import { FormError } from '../form/bits.ts';
import type { MediaEntry } from '../model/media-track.ts';
import type { SourceTrack } from '../model/source-title.ts';
import { type ConfigPart, configParts, isOptional } from './config-parts.ts';
import type { OutputTrack } from './output-track.ts';

/**
 * Hold what decoders are opened with to the source: samples may be right, and be decoded to something else. What the source has in
 * several formats is right in each of them. Parameter sets of MPEG-TS stand among the samples, and are none of this.
 */
export function compareConfig({ reader, rendition }: OutputTrack, source: SourceTrack): Finding[] {
  const { byteStream, entries } = reader.track;
  if (byteStream) return [];
  const wanted = source.formats.flatMap(({ config }) => partsOf(source.format, config) ?? []);
  for (const entry of entries) {
    const difference = configDifference(entry, wanted) ?? sizeDifference(entry, source);
    if (!difference) continue;
    const { what, ...values } = difference;
    const sentence = `${rendition}: the sample entry "${entry.format}" has ${what} ${source.name}.`;
    return [finding('CONFIG_DIFFERS', { file: rendition, rendition }, sentence, values)];
  }
  return [];
}

interface ConfigDifference {
  /** Middle of a sentence: between what has it, and the source. */
  readonly what: string;
  readonly expected?: string;
  readonly found?: string;
}

function configDifference(entry: MediaEntry, wanted: readonly ConfigPart[]): ConfigDifference | undefined {
  if (wanted.length === 0) return undefined;
  const { format, config } = entry;
  const parts = partsOf(format, format === 'mp4a' ? (readDecoderConfig(config)?.specific ?? config) : config);
  if (!parts) return { what: 'a configuration that cannot be read, unlike that of' };
  const kept = new Set<string>();
  for (const part of parts) {
    const own = wanted.filter(({ kind, id }) => kind === part.kind && id === part.id);
    if (own.length === 0) continue;
    kept.add(part.kind);
    if (own.some(({ value }) => value === part.value)) continue;
    const { value: expected } = own[0]!;
    return { what: `another ${nameOf(part)} than`, expected, found: part.value };
  }
  const lost = wanted.find((one) => !isOptional(format, one) && !kept.has(one.kind));
  return lost && { what: `no ${nameOf(lost)}, unlike that of`, expected: lost.value };
}

const nameOf = ({ kind, id }: ConfigPart): string => (id === undefined ? kind : `${kind} ${id}`);

/** @returns `undefined` where it cannot be read */
function partsOf(format: string, config: Uint8Array): ConfigPart[] | undefined {
  try {
    return configParts(format, config);
  } catch (cause) {
    if (cause instanceof FormError) return undefined;
    throw cause;
  }
}

/** Size of a macroblock, by which some writers count what cropping takes away. */
const BLOCK = 16;

/** As the source is cropped, as its own sample entry says, or as it is coded. */
function sizeDifference({ width, height }: MediaEntry, source: SourceTrack): ConfigDifference | undefined {
  if (source.width === undefined || source.height === undefined) return undefined;
  if (width === undefined || height === undefined) return undefined;
  const isOf = (one: {
    readonly width?: number | undefined;
    readonly height?: number | undefined;
  }): boolean => isSize(width, one.width) && isSize(height, one.height);
  if ([source, ...source.formats].some(isOf)) return undefined;
  const [expected, found] = [`${source.width}x${source.height}`, `${width}x${height}`];
  return { what: `pictures of ${found}, and not of ${expected} as`, expected, found };
}

const isSize = (pixels: number, wanted = 0): boolean =>
  pixels === wanted || pixels === BLOCK * Math.ceil(wanted / BLOCK);
