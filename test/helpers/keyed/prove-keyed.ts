import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { type PackageOptions, packageTitle, type RunEvent } from '../../../core/index.ts';
import { demuxMkvTs, demuxMp4 } from '../../../plugins/index.ts';
import { assertAsked } from '../matrix/assert-verified.ts';
import type { Cell } from '../matrix/cell.ts';
import { carriedStreams } from '../matrix/column.ts';
import { hlsRenditions } from '../matrix/hls-renditions.ts';
import type { Oracle, RowStream } from '../matrix/row.ts';
import { KEYED_GOP } from '../media/keyed-media.ts';
import { parseMpd } from '../oracles/mpd-document.ts';
import { assertManifests } from '../oracles/valid-manifests.ts';
import { assertForeseen, planOf } from '../titles/expected-sizes.ts';
import { failureOf, filesBelow, titleOptions } from '../titles/package.ts';
import { type KeyedTitle, labelsOf, periodsOf } from './keyed-title.ts';
import type { KeyedColumn, Layout } from './modes.ts';
import { type PlayedTrack, playedByMpd } from './played.ts';
import type { ListedPlaylist } from './played-playlist.ts';
import { type ProofOptions, proveFragments } from './prove-fragments.ts';
import { proveMpd, provePlaylists } from './prove-manifests.ts';
import { proveAes128, proveSampleAes } from './prove-transport.ts';
import { titleKeySource } from './title-keys.ts';

const ORACLES: Readonly<Record<KeyedColumn['proof'], readonly Oracle[]>> = {
  fragments: ['S', 'I'],
  'sample-aes': ['F', 'I'],
  'aes-128': ['F', 'I'],
};

/**
 * Prove a title with several keys in a mode: every segment is under the key of its label and period and no other, or clear, and
 * manifests and boxes say so. One file a rendition is decrypted; a file a segment has to have the same fragments, told in the same way.
 * @throws Error when anything is not as it must be
 */
export async function proveKeyed(
  title: KeyedTitle,
  column: KeyedColumn,
  options: ProofOptions = {},
): Promise<Cell> {
  const streams = carriedStreams(title, column);
  if (column.layouts.length === 0) {
    await assertNoKeys(title, column);
    return { refused: 'whole files' };
  }
  if (typeof streams === 'string') {
    assert.is((await refusalOf(title, column)).code, 'UNSUPPORTED_CODEC');
    return { refused: streams };
  }
  let first: Written | undefined;
  for (const layout of column.layouts) {
    const written = await write(title, column, layout, streams, options.asked);
    if (first === undefined) await prove(title, column, streams, written, options);
    else assertSameMedia(first, written);
    first ??= written;
  }
  return { oracles: ORACLES[column.proof], footnotes: [] };
}

/** What one layout has come to, as players fetch it. */
interface Written {
  readonly folder: string;
  /** Of fragmented MP4, by unit. */
  readonly tracks: ReadonlyMap<string, PlayedTrack>;
  readonly playlists: ReadonlyMap<string, ListedPlaylist>;
}

async function optionsOf(
  title: KeyedTitle,
  column: KeyedColumn,
  layout?: Layout,
): Promise<Pick<PackageOptions, 'title' | 'plugins'>> {
  const { options, segmentDuration = KEYED_GOP } = title;
  const periods = Math.max(...periodsOf(title).map(Number).filter(Number.isFinite)) + 1;
  const mode = column.mode(layout ?? 'single-file');
  const source = title.source ?? titleKeySource(labelsOf(title), periods);
  return {
    title: titleOptions({ inputs: await title.inputs(), segmentDuration, ...options }),
    plugins: [demuxMp4(), demuxMkvTs(), source, mode],
  };
}

async function write(
  title: KeyedTitle,
  column: KeyedColumn,
  layout: Layout,
  streams: readonly RowStream[],
  asked: ProofOptions['asked'] = [],
): Promise<Written> {
  const options = await optionsOf(title, column, layout);
  const plan = await planOf(options);
  const report = await packageTitle(options);
  assertForeseen(plan, report);
  await assertManifests(report.output);
  await assertAsked(asked, report.output, options);
  const folder = join(report.output, report.modes[0]!.outputs[0]!);
  const tracks = new Map<string, PlayedTrack>();
  let playlists = new Map<string, ListedPlaylist>();
  if (column.manifests.includes('playlists')) {
    const units = unitsOf(title, column, streams);
    playlists = await provePlaylists(
      folder,
      title,
      units.map((unit) => ({ folder: unit.folder, stream: unit.streams[0]! })),
    );
    const folders = (await readdir(folder, { withFileTypes: true })).filter((one) => one.isDirectory());
    assert.equal(folders.map(({ name }) => name).sort(), units.map((unit) => unit.folder).sort());
    for (const [unit, playlist] of playlists) tracks.set(unit, playlist);
  }
  if (column.manifests.includes('mpd')) {
    const path = join(folder, 'stream.mpd');
    const mpd = parseMpd(await readFile(path, 'utf8'));
    proveMpd(mpd, title, streams);
    for (const [unit, track] of playedByMpd(path, mpd)) {
      const listed = tracks.get(unit);
      if (listed) assertSameTrack(listed, track, `${unit}: MPD and playlist`);
      tracks.set(unit, track);
    }
  }
  return { folder, tracks, playlists };
}

interface Unit {
  readonly folder: string;
  readonly streams: readonly RowStream[];
}

/** In MPEG-TS sound is with the pictures where all of them have its key; in fragmented MP4 each stream is by itself. */
function unitsOf(title: KeyedTitle, { proof }: KeyedColumn, streams: readonly RowStream[]): Unit[] {
  const alone = (stream: RowStream, folder: string): Unit => ({ folder, streams: [stream] });
  if (proof === 'fragments') return streams.map((stream) => alone(stream, stream.unit));
  const sound = streams.find(({ kind }) => kind === 'audio');
  const own = sound && title.labelOf(sound);
  const pictures = streams.filter(({ kind }) => kind === 'video');
  const isShared = pictures.every((one) => own === undefined || title.labelOf(one) === own);
  if (isShared) return hlsRenditions(streams);
  return streams.map((stream) => alone(stream, stream.unit.replace('video-', 'media-')));
}

async function prove(
  title: KeyedTitle,
  column: KeyedColumn,
  streams: readonly RowStream[],
  { folder, tracks, playlists }: Written,
  options: ProofOptions,
): Promise<void> {
  if (column.proof === 'fragments') {
    assert.equal([...tracks.keys()].sort(), streams.map(({ unit }) => unit).sort());
    await proveFragments(
      title,
      new Map(streams.map((stream) => [stream, tracks.get(stream.unit)!])),
      options,
    );
    return;
  }
  const units = unitsOf(title, column, streams).map((unit) => ({
    ...unit,
    playlist: playlists.get(unit.folder)!,
  }));
  if (column.proof === 'aes-128') await proveAes128(title, units);
  else await proveSampleAes(folder, title, units);
}

/** Files of their own have the same segments as ranges of one. */
function assertSameMedia(one: Written, other: Written): void {
  assert.equal([...other.tracks.keys()], [...one.tracks.keys()]);
  for (const [unit, track] of one.tracks) assertSameTrack(track, other.tracks.get(unit)!, unit);
}

function assertSameTrack(one: PlayedTrack, other: PlayedTrack, what: string): void {
  assert.is(one.segments.length, other.segments.length, what);
  assert.ok(one.init.equals(other.init), `${what}: initialisation sections`);
  for (const [n, { bytes }] of one.segments.entries())
    assert.ok(withoutType(bytes).equals(withoutType(other.segments[n]!.bytes)), `${what}, segment ${n + 1}`);
}

/** A segment of a file of its own may say which brand it is of (ISO/IEC 14496-12, 8.16.2). */
const withoutType = (bytes: Buffer): Buffer =>
  bytes.toString('latin1', 4, 8) === 'styp' ? bytes.subarray(bytes.readUInt32BE(0)) : bytes;

/** The mode has no word for several keys or for clear segments: it says so before anything is written. */
async function assertNoKeys(title: KeyedTitle, column: KeyedColumn): Promise<void> {
  const { code, message, hint } = await refusalOf(title, column);
  assert.is(code, 'INVALID_OPTION', message);
  assert.match(message, /^Mode ncg (encrypts files as they are|cannot tell players)/);
  assert.ok(hint, 'it says what to do');
}

async function refusalOf(title: KeyedTitle, column: KeyedColumn) {
  const options = await optionsOf(title, column);
  const events: RunEvent[] = [];
  const refusal = await failureOf(packageTitle({ ...options, onEvent: (event) => void events.push(event) }));
  assert.not(
    events.some(({ type }) => type === 'unit'),
    'no unit was begun',
  );
  assert.equal(await filesBelow(dirname(options.title.output)), []);
  return refusal;
}
