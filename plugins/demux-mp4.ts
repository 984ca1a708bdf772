import {
  type AudioHeaders,
  type AudioInfo,
  av1CodecString,
  type ByteSource,
  type DemuxRequest,
  dolbyVisionCodecString,
  fail,
  hevcCodecString,
  type MediaTrack,
  type Mp4Samples,
  type OtherTrack,
  type Plugin,
  parseAudioConfig,
  parseAudioSpecificConfig,
  parseAv1Config,
  parseAvcConfig,
  parseEsds,
  parseHevcConfig,
  parseVp9Config,
  presentationOffset,
  type Rational,
  type Run,
  readMovie,
  readSamples,
  reduced,
  type Track,
  type VideoHeaders,
  type VideoInfo,
  vp9CodecString,
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
  vvc1: 'vvcC',
  vvi1: 'vvcC',
  vp08: 'vpcC',
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

/**
 * Reads MP4, CMAF and QuickTime files of any size, progressive and fragmented: their sample tables and fragment
 * headers, never their media data.
 */
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
  const leftOut = ({ id }: MediaTrack | OtherTrack, why: string) =>
    run.warn(`${source.name}: track ${id} is left out: ${why}.`);
  const known: KnownTrack[] = [];
  for (const track of movie.tracks) {
    const found = knownTrack(track, source.name);
    if (typeof found === 'string') leftOut(track, found);
    else known.push(found);
  }
  const parts = known.map(({ track }) => track);
  const tables = await readSamples(source, movie, parts, () => run.throwIfCancelled());
  const tracks: Track[] = [];
  for (const [i, found] of known.entries()) {
    const samples = tables[i]!;
    if (samples.duration === 0) leftOut(found.track, 'it has no samples');
    else tracks.push(createTrack(found, samples, movie.timescale, source, input.index));
  }
  return tracks;
}

/** A track of video or audio whose sample entry is understood. */
interface KnownTrack {
  readonly track: MediaTrack;
  readonly media: VideoHeaders | AudioHeaders;
}

/** The track with what its sample entry says, or why it cannot be part of the presentation. */
function knownTrack(track: MediaTrack | OtherTrack, name: string): KnownTrack | string {
  if (track.kind === 'other') return `it is neither video nor audio (its handler is "${track.handler}")`;
  const { kind, entry } = track;
  const { media } = track.headers;
  refuseEncrypted(track, name);
  if (media?.kind !== kind) return `its codec "${entry.type}" is not known`;
  return { track, media };
}

function createTrack(
  { track, media }: KnownTrack,
  samples: Mp4Samples,
  movieTimescale: number,
  source: ByteSource,
  input: number,
): Track {
  const { kind, id, entry } = track;
  const { timescale, edits } = track.headers;
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
    // Tables count from the first sample, edit lists from the zero of the track's clock.
    presentationOffset:
      presentationOffset({ edits, movieTimescale, timescale }, source.name, id) - samples.start,
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
    case 'dva1':
    case 'dvav': {
      const config = configBox('avcC');
      parseAvcConfig(config, name);
      return { codecs: dolbyVisionCodecString(entry.type, entry.boxes, name), config };
    }
    case 'hvc1':
    case 'hev1': {
      const config = configBox('hvcC');
      return { codecs: hevcCodecString(entry.type, parseHevcConfig(config, name)), config };
    }
    case 'dvh1':
    case 'dvhe': {
      const config = configBox('hvcC');
      parseHevcConfig(config, name);
      return { codecs: dolbyVisionCodecString(entry.type, entry.boxes, name), config };
    }
    case 'av01': {
      const config = configBox('av1C');
      return { codecs: av1CodecString(parseAv1Config(config, name), entry.boxes.get('colr')), config };
    }
    case 'vp09': {
      const config = configBox('vpcC');
      return { codecs: vp9CodecString(parseVp9Config(config, name)), config };
    }
    case 'mp4a':
      return mp4aFacts(configBox('esds'));
    default: {
      const type = CONFIG_BOXES[entry.type];
      const config = type === undefined ? new Uint8Array(0) : configBox(type);
      const audio = parseAudioConfig(entry.type, config);
      return audio ? { codecs: entry.type, config, audio } : { codecs, config };
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
function frameRate({ count, duration, commonestDuration: most }: Mp4Samples, timescale: number): Rational {
  const constant = most.ticks > 0 && most.samples >= count * CONSTANT_SHARE;
  return reduced(constant ? { num: timescale, den: most.ticks } : { num: count * timescale, den: duration });
}
