import { maxOf } from '../../../base/largest.ts';
import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { ListedPackage, ListedRendition, ListedVariant } from '../../model/listed-package.ts';
import { type Check, seconds } from '../check.ts';
import type { PackageFacts } from '../package-facts.ts';

/** What Apple lets a rate be off (HLS Authoring Specification, 1.26, 1.27). */
const TOLERANCE = 0.1;

/** Bits a second. */
interface Rates {
  readonly average: number;
  readonly peak: number;
}

/** Rates are those of the segments as they are. */
export const checkBandwidth: Check = function* (facts) {
  for (const listed of facts.packages) {
    if (listed.kind === 'mpd') yield* ofMpd(listed, facts);
    else for (const variant of listed.variants) yield* ofVariant(variant, listed, facts);
  }
};

/** Bytes of each segment; `undefined`: one of them is not there. */
function bytesOf({ segments }: ListedRendition, { sizes }: PackageFacts): number[] | undefined {
  const bytes: number[] = [];
  for (const { place } of segments) {
    const length = place.length ?? (sizes.get(place.path) ?? Number.NaN) - place.offset;
    if (Number.isNaN(length)) return undefined;
    bytes.push(length);
  }
  return bytes;
}

/** Peak: of segments in a row that last 0.5 to 1.5 target durations (RFC 8216bis, 4.4.6.2). */
function ratesOf(rendition: ListedRendition, facts: PackageFacts): Rates | undefined {
  const bytes = bytesOf(rendition, facts);
  const { segments, targetDuration } = rendition;
  if (!bytes || segments.length === 0) return undefined;
  const target = targetDuration ?? maxOf(segments.map(({ duration }) => Math.round(duration)));
  const total = segments.reduce((sum, { duration }) => sum + duration, 0);
  const all = bytes.reduce((sum, length) => sum + length, 0);
  let peak = 0;
  for (const [from] of segments.entries()) {
    let [lasts, has] = [0, 0];
    for (let at = from; at < segments.length; at++) {
      lasts += segments[at]!.duration;
      has += bytes[at]!;
      if (lasts > 1.5 * target) break;
      if (lasts >= 0.5 * target) peak = Math.max(peak, (8 * has) / lasts);
    }
  }
  const average = total > 0 ? (8 * all) / total : 0;
  return { average, peak: peak || average };
}

function* ofVariant(
  variant: ListedVariant,
  listed: ListedPackage,
  facts: PackageFacts,
): Generator<Finding, void> {
  const own = listed.renditions.find(({ id }) => id === variant.playlist);
  const rates = own && !variant.isTrick ? ratesOf(own, facts) : undefined;
  if (!rates) return;
  const beside = (group: string | undefined, kind: string): Rates[] =>
    listed.renditions
      .filter((one) => group !== undefined && one.kind === kind && one.set === group && one !== own)
      .flatMap((one) => ratesOf(one, facts) ?? []);
  const most = (list: readonly Rates[], of: keyof Rates): number =>
    Math.max(0, ...list.map((one) => one[of]));
  const audio = beside(variant.audio, 'audio');
  const text = beside(variant.subtitles, 'text');
  const place = { file: listed.manifest, rendition: variant.playlist };
  const name = `the variant ${variant.playlist}`;
  const average = rates.average + most(audio, 'average');
  const peak = rates.peak + most(audio, 'peak');
  const highest = peak + most(text, 'peak');
  if (variant.bandwidth < average * (1 - TOLERANCE))
    yield finding(
      'BANDWIDTH',
      place,
      `${listed.manifest} says ${variant.bandwidth} bit/s for ${name}, which has ${Math.round(average)} on average.`,
      difference(highest, variant.bandwidth),
    );
  else if (variant.bandwidth < peak * (1 - TOLERANCE) || variant.bandwidth > highest * (1 + TOLERANCE) + 1000)
    yield finding(
      'BANDWIDTH_INEXACT',
      place,
      `${listed.manifest} says ${variant.bandwidth} bit/s for ${name}, whose peak is ${Math.round(highest)}.`,
      difference(highest, variant.bandwidth),
    );
  const said = variant.averageBandwidth;
  const top = average + most(text, 'average');
  if (said !== undefined && (said < average * (1 - TOLERANCE) || said > top * (1 + TOLERANCE) + 1000))
    yield finding(
      'AVERAGE_BANDWIDTH',
      place,
      `${listed.manifest} says ${said} bit/s on average for ${name}, which has ${Math.round(average)}.`,
      difference(average, said),
    );
}

const difference = (expected: number, found: number) => ({ expected: Math.round(expected), found });

/** With @bandwidth and minBufferTime a player that fills its buffer once never runs dry (ISO/IEC 23009-1, 5.3.5.2). */
function* ofMpd(listed: ListedPackage, facts: PackageFacts): Generator<Finding, void> {
  const buffer = isoSeconds(listed.document?.attributes['minBufferTime']);
  for (const rendition of listed.renditions) {
    const bytes = bytesOf(rendition, facts);
    const { bandwidth, segments } = rendition;
    if (!bytes || bandwidth === undefined || segments.length === 0 || rendition.kind === 'image') continue;
    const place = { file: listed.manifest, rendition: rendition.id };
    const lasts = segments.reduce((sum, { duration }) => sum + duration, 0);
    const average = (8 * bytes.reduce((sum, length) => sum + length, 0)) / lasts;
    // Media are played as they come: a segment that is longer than the buffer need not be there as a whole before it begins.
    const ahead = Math.max(buffer ?? 2, maxOf(segments.map(({ duration }) => duration)));
    const isEnough = suffices(bandwidth * 1.001, ahead, bytes, rendition);
    if (!isEnough && bandwidth < average * (1 - TOLERANCE))
      yield finding(
        'BANDWIDTH',
        place,
        `${listed.manifest} says ${bandwidth} bit/s for Representation ${rendition.id}, which has ${Math.round(average)} on average.`,
        difference(average, bandwidth),
      );
    else if (buffer !== undefined && !isEnough)
      yield finding(
        'BANDWIDTH_INEXACT',
        place,
        `${listed.manifest} says ${bandwidth} bit/s for Representation ${rendition.id}, with which a player that has ${seconds(ahead)} in its buffer runs dry.`,
      );
    else if (
      bandwidth >
      3 * maxOf(bytes.map((length, at) => (8 * length) / Math.max(0.001, segments[at]!.duration)))
    )
      yield finding(
        'BANDWIDTH_INEXACT',
        place,
        `${listed.manifest} says ${bandwidth} bit/s for Representation ${rendition.id}, whose largest segment needs a third of it.`,
      );
  }
}

/** From any segment on, all that comes arrives before it is to be shown: one pass, the worst start is carried along. */
function suffices(
  bandwidth: number,
  buffer: number,
  bytes: readonly number[],
  { segments }: ListedRendition,
): boolean {
  let sum = 0;
  let worst = Number.POSITIVE_INFINITY;
  for (const [at, { start }] of segments.entries()) {
    worst = Math.min(worst, sum - bandwidth * start);
    sum += 8 * bytes[at]!;
    if (sum - bandwidth * start - worst > bandwidth * buffer) return false;
  }
  return true;
}

/** `PT1.5S`. */
function isoSeconds(text: string | number | undefined): number | undefined {
  const [, hours, minutes, rest] =
    /^PT(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?$/.exec(String(text ?? '')) ?? [];
  if (hours === undefined && minutes === undefined && rest === undefined) return undefined;
  return Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0);
}
