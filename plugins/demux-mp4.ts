import {
  type AudioHeaders,
  type AudioInfo,
  type ByteSource,
  type DemuxRequest,
  fail,
  type MediaTrack,
  Mp4SampleTable,
  type OtherTrack,
  type Plugin,
  parseAudioSpecificConfig,
  parseAvcConfig,
  parseEsds,
  presentationOffset,
  type Rational,
  type Run,
  readMovie,
  reduced,
  type Track,
  type VideoHeaders,
  type VideoInfo,
  withFileName,
} from '../core/index.ts';

/** What the codec's configuration says of a track. */
interface CodecFacts {
  readonly codecs: string;
  readonly config: Uint8Array;
  readonly audio?: Partial<AudioInfo>;
}

/** Configuration boxes by sample entry, of codecs that need no more than a copy of theirs. */
const CONFIG_BOXES: Readonly<Record<string, string>> = {
  hvc1: 'hvcC',
  hev1: 'hvcC',
  dvh1: 'hvcC',
  dvhe: 'hvcC',
  vvc1: 'vvcC',
  vvi1: 'vvcC',
  av01: 'av1C',
  vp08: 'vpcC',
  vp09: 'vpcC',
  'ac-3': 'dac3',
  'ec-3': 'dec3',
  'ac-4': 'dac4',
  Opus: 'dOps',
  fLaC: 'dfLa',
};

/** objectTypeIndication of AAC (ISO/IEC 14496-1, table 5): MPEG-4 audio; Main, LC and SSR of MPEG-2. */
const MPEG4_AUDIO = 0x40;
const AAC: ReadonlySet<number> = new Set([MPEG4_AUDIO, 0x66, 0x67, 0x68]);

/** When this share of the samples has one duration, the others are dropped frames or the end of the file. */
const CONSTANT_SHARE = 0.9;

/** Reads progressive MP4 and QuickTime files of any size: their sample tables, never their media data. */
export function demuxMp4(): Plugin {
  const name = 'demux-mp4';
  return {
    name,
    apply({ hooks }) {
      hooks.demux.tapPromise(name, (request, run) =>
        withFileName(request.source.name, () => demux(request, run)),
      );
    },
  };
}

async function demux({ source, input }: DemuxRequest, run: Run): Promise<Track[] | undefined> {
  const movie = await readMovie(source);
  if (!movie) return undefined; // not ours: ask the next demuxer
  const tracks: Track[] = [];
  for (const track of movie.tracks) {
    const made = createTrack(track, movie.timescale, source, input.index);
    if (typeof made !== 'string') tracks.push(made);
    else run.warn(`${source.name}: track ${track.id} is left out: ${made}.`);
  }
  return tracks;
}

/** A track of the presentation, or why the file's track cannot be one. */
function createTrack(
  track: MediaTrack | OtherTrack,
  movieTimescale: number,
  source: ByteSource,
  input: number,
): Track | string {
  if (track.kind === 'other') return `it is neither video nor audio (its handler is "${track.handler}")`;
  const { kind, id, entry } = track;
  const { media, timescale, edits } = track.headers;
  refuseEncrypted(track, source.name);
  if (media?.kind !== kind) return `its codec "${entry.type}" is not known`;
  const samples = new Mp4SampleTable(track.tables, source.size);
  if (samples.duration === 0) return 'it has no samples';
  const facts = codecFacts(track, media.codecs, source.name);
  return {
    input,
    id,
    kind,
    entry: entry.type,
    codecs: facts.codecs,
    timescale,
    language: languageOf(track),
    duration: samples.duration,
    sampleCount: samples.count,
    bytes: samples.bytes,
    ...(media.kind === 'video'
      ? { video: videoInfo(media, entry.boxes.get('pasp'), frameRate(samples, timescale)) }
      : { audio: { ...audioInfo(media, timescale), ...facts.audio } }),
    sampleEntry: entry.bytes,
    config: facts.config,
    samples,
    presentationOffset: presentationOffset({ edits, movieTimescale, timescale }, source.name, id),
    source,
  };
}

const videoInfo = (
  { width, height }: VideoHeaders,
  pasp: Uint8Array | undefined,
  rate: Rational,
): VideoInfo => ({
  width,
  height,
  sar: pixelAspect(pasp),
  frameRate: rate,
});

/** The field has no room for rates above 65535 Hz; sound is counted in its own rate anyway. */
const audioInfo = ({ channels, sampleRate }: AudioHeaders, timescale: number): AudioInfo => ({
  channels,
  sampleRate: sampleRate || timescale,
});

function refuseEncrypted({ id, entry }: MediaTrack, name: string): void {
  if (entry.type !== 'encv' && entry.type !== 'enca') return;
  throw fail.unsupportedInput(
    name,
    `track ${id} is encrypted already ("${entry.type}").`,
    'Package the clear original.',
  );
}

function codecFacts({ id, entry }: MediaTrack, codecs: string, name: string): CodecFacts {
  const configBox = (type: string): Uint8Array => {
    const payload = entry.boxes.get(type);
    if (payload) return payload.slice(); // what it is a view of is as large as all sample tables
    throw fail.notMedia(
      name,
      `track ${id} ("${entry.type}") has no "${type}" box.`,
      'Export the file again.',
    );
  };
  switch (entry.type) {
    case 'avc1':
    case 'avc3': {
      const config = configBox('avcC');
      parseAvcConfig(config, name);
      return { codecs, config };
    }
    case 'mp4a':
      return mp4aFacts(configBox('esds'));
    default: {
      const type = CONFIG_BOXES[entry.type];
      return { codecs, config: type === undefined ? new Uint8Array(0) : configBox(type) };
    }
  }
}

/** `mp4a` is any audio that has an `esds`: AAC mostly, MP3 (`mp4a.6B`) now and then. */
function mp4aFacts(esds: Uint8Array): CodecFacts {
  const { objectType, decoderConfig } = parseEsds(esds);
  const codecs = `mp4a.${objectType.toString(16).toUpperCase()}`;
  if (!AAC.has(objectType)) return { codecs, config: decoderConfig };
  const { channels, sampleRate, codecs: aac } = parseAudioSpecificConfig(decoderConfig);
  return {
    codecs: objectType === MPEG4_AUDIO ? aac : codecs,
    config: decoderConfig,
    audio: channels === undefined ? { sampleRate } : { channels, sampleRate },
  };
}

function languageOf({ headers: { language = '', extendedLanguage = '' } }: MediaTrack): string {
  const [tag = ''] = extendedLanguage.split('\0');
  if (/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag)) return tag;
  return /^[a-z]{3}$/.test(language) ? language : 'und';
}

/** `pasp` (ISO/IEC 14496-12, 12.1.4). */
function pixelAspect(pasp: Uint8Array | undefined): Rational {
  if (!pasp || pasp.length < 8) return { num: 1, den: 1 };
  const view = new DataView(pasp.buffer, pasp.byteOffset);
  const [num, den] = [view.getUint32(0), view.getUint32(4)];
  return num === 0 || den === 0 ? { num: 1, den: 1 } : reduced({ num, den });
}

/** The rate that most samples have; where they vary (rounded to milliseconds, say), the average. */
function frameRate(
  { count, duration, commonestDuration: most }: Mp4SampleTable,
  timescale: number,
): Rational {
  const constant = most.ticks > 0 && most.samples >= count * CONSTANT_SHARE;
  return reduced(constant ? { num: timescale, den: most.ticks } : { num: count * timescale, den: duration });
}
