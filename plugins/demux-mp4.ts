import type { Plugin, Run, Track } from '../core/index.ts';
import {
  type ByteSource,
  besideTheFilm,
  type Codecs,
  type CodedTrack,
  type DemuxRequest,
  EventMessages,
  type EventTrack,
  encryptedTrack,
  entryFormat,
  eventMarkers,
  findByteStream,
  type InputInfo,
  type InputMarker,
  isChosen,
  isEncryptedEntry,
  type LostTrack,
  largerFormat,
  leaveOutLost,
  type MediaTrack,
  type Movie,
  type Mp4Samples,
  mediaFacts,
  type OtherTrack,
  openByteStream,
  presentedMedia,
  readMovie,
  readSamples,
  readTextTrack,
  requireDistinctIds,
  requireOneCodec,
  type TextBoxes,
  trackLanguage,
  usedFormats,
  whyNotMp3,
  whyUnknown,
  withFileName,
} from '../core/kit.ts';

/**
 * Reads MP4, CMAF and QuickTime files of any size, progressive and fragmented: their sample tables and fragment
 * headers, never their media data but where that is a byte stream without a decoder configuration.
 */
export function demuxMp4(): Plugin {
  const name = 'demux-mp4';
  return {
    name,
    apply({ hooks, codecs }) {
      hooks.demux.tapPromise(name, (request, run) =>
        withFileName(request.source.name, () => demux(request, codecs, run)),
      );
    },
  };
}

async function demux(request: DemuxRequest, codecs: Codecs, run: Run): Promise<Track[] | undefined> {
  const { source, input } = request;
  const movie = await readMovie(source, codecs);
  if (!movie) return undefined; // not ours: ask the next demuxer
  requireDistinctIds(source.name, movie.tracks);
  const warn = (message: string) => run.warn(message);
  const leftOut = ({ id }: MediaTrack | OtherTrack, why: string) =>
    warn(`${source.name}: track ${id} is left out: ${why}.`);
  const known: MediaTrack[] = [];
  const lost: LostTrack[] = [];
  const texts: TextBoxes[] = [];
  const media = movie.tracks.filter((track) => track.kind !== 'other');
  for (const track of movie.tracks) {
    if (track.kind === 'other' && track.text !== undefined) texts.push(track.text);
    else if (track.kind === 'other')
      leftOut(track, `it is neither video nor audio (its handler is "${track.handler}")`);
    if (track.kind === 'other') continue;
    const beside = besideTheFilm(track, media, input);
    const why = beside ?? whyNotKnown(track, source.name, input);
    if (why === undefined) known.push(track);
    else if (beside !== undefined && isWanted(track, input)) leftOut(track, beside);
    else if (isWanted(track, input)) lost.push(lostTrack(track, why));
  }
  const events = new EventMessages();
  const tables = await readSamples(source, movie, known, () => run.throwIfCancelled(), warn, events);
  const lead = leadOf(known, tables);
  const markers = lead ? eventMarkers(events, lead, movie, source.name, warn) : [];
  const tracks: CodedTrack[] = [];
  for (const [i, track] of known.entries()) {
    const carried = await asSamples(track, tables[i]!, request, run);
    const { track: found, samples } = carried;
    const notMp3 = await whyNotMp3(source, found, samples);
    if (notMp3 !== undefined) {
      if (isWanted(found, input)) lost.push(lostTrack(found, notMp3));
    } else if (samples.duration === 0) {
      const why = samples.count === 0 ? 'it has no samples' : 'none of its samples lasts any time';
      if (isWanted(found, input)) leftOut(found, why);
    } else tracks.push(createTrack(carried, markers, movie, input, run));
  }
  leaveOutLost(source.name, lost, tracks, warn);
  const found: Track[] = [...tracks];
  const film = lead && { samples: lead.samples, timescale: lead.track.headers.timescale };
  for (const text of texts) {
    const once = (find: () => Promise<number>) => run.once(`demux-mp4/${input.index}/text-${text.id}`, find);
    const read = await readTextTrack(source, movie, text, () => run.throwIfCancelled(), warn, once, film);
    if (typeof read === 'string') warn(`${source.name}: track ${text.id} is left out: ${read}.`);
    else found.push({ ...read, input: input.index });
  }
  return found;
}

/** Why its codec cannot be packaged; `undefined`: it is known. @throws PackagerError for an encrypted track that somebody wants */
function whyNotKnown(track: MediaTrack, name: string, input: InputInfo): string | undefined {
  if (!isEncryptedEntry(track.first)) return whyUnknown(track.first, track.kind);
  if (isWanted(track, input)) throw encryptedTrack(track.id, track.first, name);
  return 'it is encrypted already';
}

const lostTrack = (track: MediaTrack, why: string): LostTrack => ({
  id: track.id,
  kind: track.kind,
  language: trackLanguage(track),
  why,
});

/** A track of the file with where its samples are. */
interface CarriedTrack {
  readonly track: MediaTrack;
  readonly samples: Mp4Samples;
  readonly source: ByteSource;
}

/** A byte stream without configuration as samples with one; any other track as it is. */
async function asSamples(
  track: MediaTrack,
  samples: Mp4Samples,
  { source, input }: DemuxRequest,
  run: Run,
): Promise<CarriedTrack> {
  const stored = { track, samples, source };
  const stream = await run.once(`demux-mp4/${input.index}/${track.id}`, () =>
    findByteStream(stored, () => run.throwIfCancelled()),
  );
  return stream ? openByteStream(stored, stream) : stored;
}

/** The pictures, or the sound where there are none: what a file says beside its tracks has their clock. */
function leadOf(tracks: readonly MediaTrack[], tables: readonly Mp4Samples[]): EventTrack | undefined {
  const sampled = tracks
    .map((track, index) => ({ track, samples: tables[index]!, index }))
    .filter(({ samples }) => samples.count > 0);
  return sampled.find(({ track }) => track.kind === 'video') ?? sampled[0];
}

function createTrack(
  { track, samples: table, source }: CarriedTrack,
  markers: readonly InputMarker[],
  movie: Movie,
  input: InputInfo,
  run: Run,
): CodedTrack {
  const { id } = track;
  const { entries, samples: unedited } = usedFormats(track, table);
  const formats = entries.map((headers) => entryFormat(track, headers, source.name));
  requireOneCodec(formats, source.name, id);
  const told = formats.reduce(largerFormat);
  const warn = (message: string) => run.warn(message);
  const needsSync = told.codec?.needsSync?.(told.codecs);
  const edited = presentedMedia(track, unedited, movie, source.name, warn, needsSync);
  const { samples, timescale, presentationOffset } = edited;
  const { sampleEntry, config } = formats[samples.read(0, 1).formats?.[0] ?? 0]!;
  return {
    ...{ input: input.index, id, entry: told.entry, codecs: told.codecs },
    ...{ timescale, language: trackLanguage(track), presentationOffset },
    ...{ duration: samples.duration, sampleCount: samples.count, bytes: samples.bytes },
    ...mediaFacts(told, track, unedited),
    ...{ sampleEntry, config, samples, source },
    ...(formats.length > 1 && { formats }),
    ...(markers.length > 0 && { markers }),
  };
}

const isWanted = (track: MediaTrack, { choice }: InputInfo): boolean =>
  isChosen(choice, { id: track.id, kind: track.kind, language: trackLanguage(track) });
