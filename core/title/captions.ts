import { codecOf } from '../codecs/built-in.ts';
import { CaptionSearch } from '../codecs/captions/caption-search.ts';
import { captionsOfSample } from '../codecs/captions/cc-data.ts';
import { lengthSizeOf } from '../codecs/nal/rules.ts';
import type { CaptionChannel, ClosedCaptions } from '../media/captions.ts';
import { askHeads } from '../media/sample-heads.ts';
import { compositionTime } from '../media/samples.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import type { VideoTrack } from '../media/track.ts';
import type { Presentation } from './presentation.ts';

/** Seconds at the start of a title of which every picture is looked at. */
const START = 10;
/** Further places along the title, and pictures that are looked at there. */
const PLACES = 16;
const AT_PLACE = 8;
/** Seconds from the first picture with caption data on: channels that show something later are not found. */
const LOOKED_AT = 120;
/** Whatever the frame rate. */
const MOST = 8192;

/**
 * The closed captions that lie in the pictures of the title's first rendition, as its SEI messages have them (CEA-608, CEA-708):
 * small reads of the first 10 s and of places along the title; where any picture has caption data, of 120 s from there on.
 *
 * No message says a language. CC1 and service 1 are in that of the sound, by the definitions of CEA-608 and CEA-708; of others
 * nobody knows it.
 * @throws PackagerError INPUT_NOT_READABLE when the input cannot be read
 */
export async function findCaptions({
  video: [first],
  audio: [sound],
}: Pick<Presentation, 'video' | 'audio'>): Promise<ClosedCaptions[]> {
  const channels = first ? await channelsOf(first) : [];
  const spoken = sound?.track.language ?? 'und';
  return channels.map((channel) => ({ channel, language: PRIMARY.has(channel) ? spoken : 'und' }));
}

const PRIMARY: ReadonlySet<CaptionChannel> = new Set<CaptionChannel>(['CC1', 'SERVICE1']);

async function channelsOf({ track, timing }: TimedTrack<VideoTrack>): Promise<CaptionChannel[]> {
  const { samples, timescale } = track;
  const ahead = samples.atOrAfter(START * timescale);
  const starts = timing.segmentStarts;
  const places = Array.from({ length: PLACES }, (_, n) => starts[Math.floor((n * starts.length) / PLACES)]!);
  const glance = new Set(Array.from({ length: Math.min(ahead, MOST) }, (_, n) => n));
  for (const place of places)
    for (let n = place; n < Math.min(place + AT_PLACE, samples.count); n++) glance.add(n);

  const numbers = [...glance].sort((a, b) => a - b);
  const found = await constructsOf(track, numbers);
  const [from] = found.keys();
  if (from === undefined) return [];
  const until = samples.atOrAfter(samples.decodeTime(from) + LOOKED_AT * timescale);
  const further: number[] = [];
  for (let n = from; n < Math.min(until, from + MOST); n++) if (!glance.has(n)) further.push(n);
  return shownIn(track, new Map([...found, ...(await constructsOf(track, further))]));
}

/** The constructs of cc_data() of those samples that have any, by number, in the order of `numbers`. */
async function constructsOf(track: VideoTrack, numbers: readonly number[]): Promise<Map<number, Uint8Array>> {
  const rules = codecOf(track)?.nal;
  const found = new Map<number, Uint8Array>();
  if (!rules) return found;
  const lengthSize = lengthSizeOf(rules, track.config);
  const answers: Uint8Array[] = [];
  await askHeads<Uint8Array>(track, {
    count: numbers.length,
    sample: (n) => numbers[n]!,
    test: (head, size) => captionsOfSample(head, size, rules, lengthSize),
    take(constructs, n) {
      if (constructs) answers[n] = constructs;
      return true;
    },
  });
  for (const [n, number] of numbers.entries()) {
    const constructs = answers[n];
    if (constructs && constructs.length > 0) found.set(number, constructs);
  }
  return found;
}

/** Pairs of bytes follow each other as pictures are presented, not as they are decoded. */
function shownIn({ samples }: VideoTrack, found: ReadonlyMap<number, Uint8Array>): CaptionChannel[] {
  const pictures = [...found].map(([number, constructs]) => ({
    constructs,
    time: compositionTime(samples, number),
  }));
  const search = new CaptionSearch();
  for (const { constructs } of pictures.sort((a, b) => a.time - b.time)) search.take(constructs);
  return search.channels;
}
