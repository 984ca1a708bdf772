import {
  type AudioHeaders,
  type AudioInfo,
  applyEdits,
  av1CodecString,
  type ByteSource,
  type CodedFormat,
  type DemuxRequest,
  dolbyVisionCodecString,
  type EditedMedia,
  type EntryHeaders,
  fail,
  hevcCodecString,
  type InputInfo,
  isChosen,
  type MediaTrack,
  type Movie,
  type Mp4Samples,
  mediaPieces,
  type OtherTrack,
  type Plugin,
  parseAudioConfig,
  parseAudioSpecificConfig,
  parseAv1Config,
  parseAvcConfig,
  parseEsds,
  parseHevcConfig,
  parseVp9Config,
  type Rational,
  type Run,
  readMovie,
  readSamples,
  reduced,
  requireOneCodec,
  type SampleEntryParts,
  type Track,
  usedFormats,
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
  const known: MediaTrack[] = [];
  for (const track of movie.tracks) {
    const found = knownTrack(track, source.name, input);
    if (typeof found === 'object') known.push(found);
    else if (found !== undefined) leftOut(track, found);
  }
  const tables = await readSamples(source, movie, known, () => run.throwIfCancelled());
  const tracks: Track[] = [];
  for (const [i, found] of known.entries()) {
    const samples = tables[i]!;
    if (samples.duration === 0) {
      if (isWanted(found, input)) leftOut(found, 'it has no samples');
    } else tracks.push(createTrack(found, samples, movie, source, input, run));
  }
  return tracks;
}

/** The track with what its sample entry says, or why it cannot be part of the presentation, if anybody wants to know. */
function knownTrack(
  track: MediaTrack | OtherTrack,
  name: string,
  input: InputInfo,
): MediaTrack | string | undefined {
  if (track.kind === 'other') return `it is neither video nor audio (its handler is "${track.handler}")`;
  const { entry, media } = track.first;
  if (media?.kind === track.kind && !ENCRYPTED.has(entry.type)) return track;
  if (!isWanted(track, input)) return undefined;
  if (ENCRYPTED.has(entry.type)) throw encrypted(track, name);
  return `its codec "${entry.type}" is not known`;
}

function createTrack(
  track: MediaTrack,
  table: Mp4Samples,
  movie: Movie,
  source: ByteSource,
  { index: input }: InputInfo,
  run: Run,
): Track {
  const { kind, id } = track;
  const { entries, samples: unedited } = usedFormats(track, table);
  const edited = presented(track, unedited, movie, source.name, run);
  const { samples } = edited;
  const formats = entries.map((headers) => formatOf(track, headers, source.name));
  requireOneCodec(formats, source.name, id);
  const { entry, codecs, media, boxes, audio } = formats.reduce(larger);
  const own = formats[samples.read(0, 1).formats?.[0] ?? 0]!;
  return {
    input,
    id,
    kind,
    entry,
    codecs,
    timescale: edited.timescale,
    language: languageOf(track),
    duration: samples.duration,
    sampleCount: samples.count,
    bytes: samples.bytes,
    ...(media.kind === 'video'
      ? { video: videoInfo(media, boxes.get('pasp'), frameRate(unedited, track.headers.timescale)) }
      : { audio: { ...audioInfo(media, track.headers.timescale), ...audio } }),
    sampleEntry: own.sampleEntry,
    config: own.config,
    ...(formats.length > 1 && { formats }),
    samples,
    presentationOffset: edited.presentationOffset,
    source,
  };
}

/** What the edit list presents of the samples. */
function presented(
  { kind, id, headers: { timescale, edits } }: MediaTrack,
  samples: Mp4Samples,
  { timescale: movieTimescale, fragmentDefaults }: Movie,
  name: string,
  run: Run,
): EditedMedia {
  const fragmented = fragmentDefaults !== undefined;
  const list = { edits, movieTimescale, timescale, mediaStart: samples.start, fragmented };
  const edited = applyEdits({ kind, samples, timescale }, mediaPieces(list, name, id), (reason) =>
    fail.unsupportedInput(name, `the edit list of track ${id} ${reason}.`, 'Encode the file again, edited.'),
  );
  const { pictures, seconds } = edited.leadIn;
  if (pictures > 0) {
    run.warn(
      `${name}: track ${id} starts ${seconds.toFixed(3)} s behind a key frame: ${pictures} pictures are written that ` +
        'are decoded but not shown. Cut the file at a key frame, or encode it again, to be rid of them.',
    );
  }
  return edited;
}

/** A sample entry that samples use, with all that it says. */
interface EntryFormat extends CodedFormat, CodecFacts {
  readonly media: VideoHeaders | AudioHeaders;
  readonly boxes: ReadonlyMap<string, Uint8Array>;
}

function formatOf(track: MediaTrack, { entry, media }: EntryHeaders, name: string): EntryFormat {
  if (ENCRYPTED.has(entry.type)) throw encrypted({ ...track, first: { entry, media } }, name);
  if (media?.kind !== track.kind) {
    throw fail.unsupportedInput(
      name,
      `track ${track.id} changes to a codec that is not known ("${entry.type}").`,
      'Encode it again in one format.',
    );
  }
  const facts = codecFacts(track.id, entry, media.codecs, name);
  return { ...facts, entry: entry.type, sampleEntry: entry.bytes, media, boxes: entry.boxes };
}

/** Of a track that changes its format, manifests tell the one that asks most of a player. */
function larger(a: EntryFormat, b: EntryFormat): EntryFormat {
  const pixels = ({ media }: EntryFormat) => (media.kind === 'video' ? media.width * media.height : 0);
  return pixels(b) > pixels(a) ? b : a;
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

const ENCRYPTED: ReadonlySet<string> = new Set(['encv', 'enca']);

const encrypted = ({ id, first: { entry } }: MediaTrack, name: string) =>
  fail.unsupportedInput(
    name,
    `track ${id} is encrypted already ("${entry.type}").`,
    'Package the clear original.',
  );

const isWanted = (track: MediaTrack, { choice }: InputInfo): boolean =>
  isChosen(choice, { id: track.id, kind: track.kind, language: languageOf(track) });

function codecFacts(id: number, entry: SampleEntryParts, codecs: string, name: string): CodecFacts {
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
