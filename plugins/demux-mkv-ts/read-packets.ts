import { fail, type Packager, type Run, type Track } from '../../core/index.ts';
import {
  type CodedKind,
  type CodedTrack,
  type DemuxRequest,
  type FoundMarker,
  findStart,
  type InputMarker,
  isAnswered,
  isChosen,
  joinTracks,
  type LostTrack,
  leaveOutLost,
  openMatroska,
  openScannedTrack,
  openTransportStream,
  type PacketFile,
  PacketTrack,
  requireDistinctIds,
  type ScannedText,
  type ScannedTrack,
  scanTracks,
  TimeBases,
} from '../../core/kit.ts';

/**
 * The tracks of Matroska, WebM and MPEG-TS; `undefined` for another file.
 * @param name of the plugin
 */
export async function readPackets(
  request: DemuxRequest,
  { codecs }: Pick<Packager, 'codecs'>,
  run: Run,
  name: string,
): Promise<Track[] | undefined> {
  const { source, input } = request;
  const file =
    (await openMatroska(source, codecs)) ??
    (await openTransportStream(source, (message) => run.warn(message)));
  if (!file) return undefined; // not ours: ask the next demuxer
  requireDistinctIds(source.name, file.tracks);
  try {
    const scanned = await run.once(`${name}/${input.index}`, () => scan(file, request, run));
    const texts = await run.once(`${name}/${input.index}/texts`, () => scanTexts(file, run));
    return [
      ...(await open(file, scanned, source.name)),
      ...texts.map((text) => ({ ...file.texts!.open(text), input: input.index })),
    ];
  } catch (cause) {
    throw file.explain(cause);
  }
}

const scanTexts = async ({ texts }: PacketFile, run: Run): Promise<readonly ScannedText[]> =>
  (await texts?.scan(
    () => run.throwIfCancelled(),
    (message) => run.warn(message),
  )) ?? [];

/** The tracks, ready to be read, in whatever thread. */
async function open(file: PacketFile, scanned: readonly ScannedTrack[], name: string): Promise<CodedTrack[]> {
  if (scanned.length === 0) return [];
  const { tracks, explain } = file;
  const read = await file.open();
  return scanned.map((track) => {
    const format = tracks.find(({ id }) => id === track.id)!.format();
    if (typeof format === 'string') throw new Error(format);
    return openScannedTrack(track, { name, format, open: () => read(track.id), explain });
  });
}

/** Look at all packets of the tracks that the config takes. */
async function scan(file: PacketFile, request: DemuxRequest, run: Run): Promise<ScannedTrack[]> {
  const { source, input } = request;
  const warn = (message: string) => run.warn(message);
  const leaveOut = (id: number, why: string) => warn(`${source.name}: track ${id} is left out: ${why}.`);
  const checkCancelled = () => run.throwIfCancelled();
  let timeBases = new TimeBases(file.clockRules);
  const { known, lost, seen } = await sortOut(file, request, timeBases, leaveOut);
  // What the config asks for in vain is told with all that there is.
  const isAll = !isAnswered(input.choice, known.map(factsOf));
  const isWanted = (track: PacketTrack) => isAll || isChosen(input.choice, factsOf(track));
  let [wanted, others] = partition(known, isWanted);
  await scanTracks(wanted, checkCancelled);
  if (timeBases.jumps.length > 0 && others.length > 0) {
    // Where the pieces of a clock that was set come to lie depends on all tracks, whoever takes which of them.
    timeBases = new TimeBases(file.clockRules);
    const all = await sortOut(file, request, timeBases, () => {});
    [wanted, others] = partition(all.known, isWanted);
    await scanTracks(all.known, checkCancelled, new Set(others));
  }

  const kept = wanted.filter((track) => {
    const why = whyNot(track, seen.has(track.options.id));
    if (why && isChosen(input.choice, factsOf(track))) lost.push({ ...factsOf(track), why });
    else if (track.count === 0) leaveOut(track.options.id, 'it has no samples');
    return track.count > 0 && !why;
  });
  leaveOutLost(source.name, lost, kept.map(factsOf), warn);
  for (const track of kept) tellOf(track, warn);
  for (const loss of file.losses?.(timeBases.jumps.length) ?? []) warn(`${source.name}: ${loss}`);
  joinTracks([...wanted, ...others], timeBases, warn);
  if (!file.isClockFree) return kept.map((track) => track.finish(0));
  // The same for all tracks of the file.
  for (const track of others) await findStart(track);
  const origin = [...kept, ...others].reduce(
    (first, { start }) => Math.min(first, start),
    Number.POSITIVE_INFINITY,
  );
  const said = (await file.markers?.(checkCancelled)) ?? [];
  const tracks = kept.map((track) => track.finish(origin));
  const length = tracks.reduce((most, { duration, timescale }) => Math.max(most, duration / timescale), 0);
  const markers = placedMarkers(said, source.name, { timeBases, origin, length }, warn);
  return markers.length > 0 ? tracks.map((track) => ({ ...track, markers })) : tracks;
}

/** How the clock of a file becomes that of its tracks. */
interface FileClock {
  readonly timeBases: TimeBases;
  /** Seconds of the file's clock that are 0 of theirs. */
  readonly origin: number;
  /** Seconds of the longest of them. */
  readonly length: number;
}

/** What the file says beside its tracks, on their clock: of the times that one may mean, the one nearest to where it is said. */
function placedMarkers(
  markers: readonly FoundMarker[],
  name: string,
  { timeBases, origin, length }: FileClock,
  warn: (message: string) => void,
): InputMarker[] {
  if (markers.length === 0 || timeBases.jumps.length === 0) {
    return markers.map(({ place, ...marker }) => {
      const about = place * length;
      return { ...marker, seconds: about + timeBases.nearZero(marker.seconds - origin - about) };
    });
  }
  warn(
    `${name}: its clock jumps, so nobody can tell where its ${markers.length} markers of SCTE 35 are: they are left out.`,
  );
  return [];
}

/** What is dropped at the start: recordings of LATM begin anywhere. */
const DROPPED: Readonly<Record<CodedKind, string>> = {
  video: 'pictures before its first key frame',
  audio: 'frames before the first description of them (StreamMuxConfig)',
};

/** Why a track that was scanned cannot be carried after all. @param isSeen there is something in it */
function whyNot({ count, options: { format } }: PacketTrack, isSeen: boolean): string | undefined {
  if (count > 0 || !isSeen) return format.whyNot;
  return format.whyNot ?? NOTHING_FOUND[format.kind];
}

const NOTHING_FOUND: Readonly<Record<CodedKind, string>> = {
  video: 'it has no picture at which decoding can start',
  audio: 'what is in it is not of the codec that the file says',
};

/** What was dropped, and what else is to be known of a track. */
function tellOf(
  { options: { name, id, format }, dropped }: PacketTrack,
  warn: (message: string) => void,
): void {
  const told = [
    [dropped.start, DROPPED[format.kind]],
    [dropped.joint, 'pictures between a jump of its clock and the next key frame'],
  ] as const;
  for (const [count, what] of told) {
    if (count > 0) warn(`${name}: track ${id}: ${count} ${what} are left out.`);
  }
  for (const notice of format.notices ?? []) warn(`${name}: track ${id}: ${notice}`);
}

interface SortedTracks {
  /** Those that can be scanned. */
  readonly known: readonly PacketTrack[];
  /** Those that the config takes but nobody can carry. */
  readonly lost: LostTrack[];
  /** Ids of those that have data. */
  readonly seen: ReadonlySet<number>;
}

/** What becomes of the tracks of a file. */
async function sortOut(
  file: PacketFile,
  { source: { name }, input }: DemuxRequest,
  timeBases: TimeBases,
  leaveOut: (id: number, why: string) => void,
): Promise<SortedTracks> {
  const [known, lost]: [PacketTrack[], LostTrack[]] = [[], []];
  let read: Awaited<ReturnType<PacketFile['open']>> | undefined;
  for (const track of file.tracks) {
    const { id, language, use, isEncrypted } = track;
    const isGuess = track.kind === 'unknown';
    const kind = isGuess ? 'audio' : track.kind;
    const isWanted = kind === 'other' || isChosen(input.choice, { id, kind, language });
    if (track.isText) continue;
    if (isEncrypted && isWanted) throw alreadyEncrypted(name, id);
    const format = isEncrypted ? undefined : track.format();
    if (typeof format === 'object') {
      read ??= await file.open();
      const reader = read;
      known.push(
        new PacketTrack({
          ...{ name, input: input.index, id, language, use, format },
          ...{ clock: file.clock, delay: track.delay, pictureSeconds: track.pictureSeconds },
          ...{ open: () => reader(id), explain: file.explain },
          timeBases,
          ...(file.isWhole && { isWhole: file.isWhole }),
        }),
      );
    } else if (format !== undefined && kind === 'other') leaveOut(id, format);
    else if (format !== undefined && kind !== 'other' && isWanted)
      lost.push({ id, kind, language, why: format, isGuess });
  }
  const seen = new Set(file.tracks.filter(({ isSeen }) => isSeen).map(({ id }) => id));
  return { known, lost, seen };
}

const factsOf = ({ options: { id, language, format } }: PacketTrack) => ({ id, kind: format.kind, language });

function partition<T>(all: readonly T[], isIn: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isIn), all.filter((one) => !isIn(one))];
}

const alreadyEncrypted = (name: string, id: number) =>
  fail.unsupportedInput(
    name,
    `track ${id} is encrypted already.`,
    'Package the clear original; of a package of HLS `sealpack decrypt` makes one.',
  );
