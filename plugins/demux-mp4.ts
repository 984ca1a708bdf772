import {
  type DemuxRequest,
  encryptedTrack,
  entryFormat,
  type InputInfo,
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
  type Plugin,
  presentedMedia,
  quote,
  type Run,
  readMovie,
  readSamples,
  requireDistinctIds,
  requireOneCodec,
  type Track,
  trackLanguage,
  usedFormats,
  withFileName,
} from '../core/index.ts';

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

async function demux(request: DemuxRequest, run: Run): Promise<Track[] | undefined> {
  const { source, input } = request;
  const movie = await readMovie(source);
  if (!movie) return undefined; // not ours: ask the next demuxer
  requireDistinctIds(source.name, movie.tracks);
  const warn = (message: string) => run.warn(message);
  const leftOut = ({ id }: MediaTrack | OtherTrack, why: string) =>
    warn(`${source.name}: track ${id} is left out: ${why}.`);
  const known: MediaTrack[] = [];
  const lost: LostTrack[] = [];
  for (const track of movie.tracks) {
    if (track.kind === 'other') {
      leftOut(track, `it is neither video nor audio (its handler is "${track.handler}")`);
    } else if (isKnown(track, source.name, input)) known.push(track);
    else if (isWanted(track, input)) {
      const { id, kind, first } = track;
      lost.push({
        id,
        kind,
        language: trackLanguage(track),
        why: `its codec ${quote(first.entry.type)} is not known`,
      });
    }
  }
  const tables = await readSamples(source, movie, known, () => run.throwIfCancelled());
  const tracks: Track[] = [];
  for (const [i, found] of known.entries()) {
    const samples = tables[i]!;
    if (samples.duration === 0) {
      const why = samples.count === 0 ? 'it has no samples' : 'none of its samples lasts any time';
      if (isWanted(found, input)) leftOut(found, why);
    } else tracks.push(createTrack(found, samples, movie, request, run));
  }
  leaveOutLost(source.name, lost, tracks, warn);
  return tracks;
}

/** Whether its sample entry is one that is known. @throws PackagerError for an encrypted track that somebody wants */
function isKnown(track: MediaTrack, name: string, input: InputInfo): boolean {
  if (!isEncryptedEntry(track.first)) return track.first.media?.kind === track.kind;
  if (isWanted(track, input)) throw encryptedTrack(track.id, track.first, name);
  return false;
}

function createTrack(
  track: MediaTrack,
  table: Mp4Samples,
  movie: Movie,
  { source, input }: DemuxRequest,
  run: Run,
): Track {
  const { kind, id } = track;
  const { entries, samples: unedited } = usedFormats(track, table);
  const edited = presentedMedia(track, unedited, movie, source.name, (message) => run.warn(message));
  const { samples, timescale, presentationOffset } = edited;
  const formats = entries.map((headers) => entryFormat(track, headers, source.name));
  requireOneCodec(formats, source.name, id);
  const told = formats.reduce(largerFormat);
  const { sampleEntry, config } = formats[samples.read(0, 1).formats?.[0] ?? 0]!;
  return {
    ...{ input: input.index, id, kind, entry: told.entry, codecs: told.codecs },
    ...{ timescale, language: trackLanguage(track), presentationOffset },
    ...{ duration: samples.duration, sampleCount: samples.count, bytes: samples.bytes },
    ...mediaFacts(told, track, unedited),
    ...{ sampleEntry, config, samples, source },
    ...(formats.length > 1 && { formats }),
  };
}

const isWanted = (track: MediaTrack, { choice }: InputInfo): boolean =>
  isChosen(choice, { id: track.id, kind: track.kind, language: trackLanguage(track) });
