import type { ManifestJob } from '../contract/hooks.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { HlsKey } from '../drm/drm-system.ts';
import { noKeyLine } from '../drm/key-signals.ts';
import type { ContentKey } from '../keys/content-key.ts';
import { type AudioTrackInfo, codecFamily, type TrackKind } from '../media/track.ts';
import { CLEAR } from '../title/periods.ts';
import { switchingSets } from '../title/switching-sets.ts';
import type { AudioMember } from './hls-audio-groups.ts';
import { CHAPTERS, chapterList } from './hls-markers.ts';
import { iframePlaylist, isDated, mediaPlaylist, targetDuration } from './hls-media.ts';
import { type HlsRendition, multivariantPlaylist, pairingsIn } from './hls-multivariant.ts';
import { outputProtection } from './hls-output-protection.ts';
import type { Pairing, PairingOptions } from './hls-pairing.ts';
import type { HlsSubtitles } from './hls-subtitles.ts';
import { type HlsThumbnails, imagePlaylist } from './hls-thumbnails.ts';
import { listRows } from './rows.ts';
import { labelOfAll } from './track-keys.ts';
import { isToPlay, trickPlayKind } from './trick-play.ts';

/** What the playlists of a title say beside its renditions. */
export interface HlsPlaylistOptions extends PairingOptions {
  /** What players are told of a key, as seen from a rendition's folder: a line for each key format. */
  keyLines(key: ContentKey): readonly HlsKey[];
  /** File name of the multivariant playlist. */
  readonly master: string;
}

/** As `playlists.ts` says. */
export async function writeHlsPlaylists(job: ManifestJob, options: HlsPlaylistOptions): Promise<void> {
  const { renditions, output, presentation } = job;
  const { markers } = presentation;
  const { master } = options;
  const lines = new KeyLines(job, options);
  const coded = renditions.filter(({ tracks }) => tracks.every(({ kind }) => kind !== 'text'));
  const media = coded.filter(isToPlay);
  // Those of renditions have ranges in these, and need no files of their own.
  const given = coded.filter((rendition) => trickPlayKind(rendition) === 'given');
  const duration = targetDuration([...media, ...given.map(iframesAlone)]);
  const dated = isDated(coded, markers);
  const listed: HlsRendition[] = [];
  const trickPlay: HlsRendition[] = [];
  const protectionOf = outputProtection(job, (key) => lines.ofKey(key));
  for (const rendition of [...media, ...given]) {
    const isGiven = given.includes(rendition);
    const path = `${rendition.unit.id}/stream.m3u8`;
    // What is given takes the place of the key frames of the renditions: players could take these, which are fewer.
    const hasIframes = rendition.iframes !== undefined && (isGiven || given.length === 0);
    const iframePath = `${rendition.unit.id}/iframe.m3u8`;
    const keys = (period: number) => lines.of(rendition, period);
    const own = { rendition, keys, targetDuration: duration, markers, isDated: dated };
    if (!isGiven) await output.write(path, mediaPlaylist({ ...own, path }));
    if (hasIframes) await output.write(iframePath, iframePlaylist({ ...own, path: iframePath }));
    const protection = protectionOf(rendition);
    const entry = { rendition, path, protection, ...(hasIframes && { iframePath }) };
    if (isGiven) trickPlay.push(entry);
    else listed.push(entry);
  }
  const subtitles = await writeSubtitlePlaylists(job, duration, dated);
  const thumbnails = await writeImagePlaylists(job, duration, dated);
  const holds = (kind: TrackKind) => (entry: HlsRendition) =>
    entry.rendition.tracks.some((track) => track.kind === kind);
  const withVideo = listed.filter(holds('video'));
  const variants = withVideo.length > 0 ? withVideo : soundVariants(listed.filter(holds('audio')));
  warnOfNoStereo(job);
  const chapters = chapterList(markers ?? [], presentation.grid.duration);
  if (chapters !== undefined) await output.write(CHAPTERS, chapters);
  const multivariant = {
    ...options,
    path: master,
    variants,
    audio: listed.filter((entry) => holds('audio')(entry) && !variants.includes(entry)),
    ...(subtitles.length > 0 && { subtitles }),
    thumbnails,
    ...(trickPlay.length > 0 && { trickPlay }),
    captions: presentation.captions,
    details: job.run.title.details,
    folder: job.folder,
    hasChapters: chapters !== undefined,
    sessionKeys: [...media, ...given].flatMap((rendition) => lines.ofFirst(rendition)),
    targetDuration: duration,
  };
  await output.write(master, multivariantPlaylist(multivariant));
  const pairings = pairingsIn(multivariant);
  warnOfNoCommonCodec(job, pairings);
  job.tell?.({
    audioGroups: pairings.flatMap(({ group, variants: { length } }) =>
      group ? [{ id: group.id, names: group.names, variants: length }] : [],
    ),
  });
}

/** Of what is in no variant nobody is told the segments. */
const iframesAlone = (rendition: RenditionResult): RenditionResult =>
  rendition.iframes ? { ...rendition, segments: rendition.iframes } : rendition;

/** The playlists of subtitles, which are clear. @param duration the target duration of all others @param dated `isDated` of all */
async function writeSubtitlePlaylists(
  { renditions, output, presentation: { markers } }: ManifestJob,
  duration: number,
  dated: boolean,
): Promise<HlsSubtitles[]> {
  const listed: HlsSubtitles[] = [];
  for (const rendition of renditions) {
    const [track] = rendition.tracks;
    if (track?.kind !== 'text') continue;
    const path = `${rendition.unit.id}/stream.m3u8`;
    const own = Math.max(duration, targetDuration([rendition]));
    const of = { path, rendition, keys: [], targetDuration: own, markers, isDated: dated };
    await output.write(path, mediaPlaylist(of));
    listed.push({ rendition, track, path });
  }
  return listed;
}

/** The playlists of thumbnails, whose images are there already. @param targetDuration of all others @param dated `isDated` of all */
async function writeImagePlaylists(
  { output, presentation }: ManifestJob,
  targetDuration: number,
  dated: boolean,
): Promise<HlsThumbnails[]> {
  const { thumbnails = [], grid } = presentation;
  const listed = thumbnails.map((set): HlsThumbnails => {
    const path = `${set.id}/stream.m3u8`;
    return { set, path, duration: grid.duration, targetDuration, isDated: dated };
  });
  for (const own of listed) await output.write(own.path, imagePlaylist(own));
  return listed;
}

/** A title of sound alone: all of them, where players choose nothing but the bit rate; else the first, and the others are its groups. */
function soundVariants(listed: readonly HlsRendition[]): readonly HlsRendition[] {
  const tracks = listed.flatMap(({ rendition }) =>
    rendition.tracks.filter((track) => track.kind === 'audio'),
  );
  const sets = switchingSets(tracks, (track) => ({ ...track, keyLabel: undefined }));
  return sets.length === 1 ? listed : listed.slice(0, 1);
}

/** Every title has stereo in AAC, which all of Apple's devices play (HLS Authoring Specification for Apple Devices, audio). */
function warnOfNoStereo({ mode, renditions, run }: ManifestJob): void {
  const audio = renditions.flatMap(({ tracks }) => tracks.filter((track) => track.kind === 'audio'));
  const isStereo = ({ audio: { channels }, ...track }: AudioTrackInfo) =>
    codecFamily(track) === 'aac' && channels <= 2;
  if (audio.length === 0 || audio.some(isStereo)) return;
  run.warn(
    `mode ${mode}: no audio of the title is AAC in stereo, which Apple asks for beside all else: give it as a further input.`,
  );
}

/**
 * A programme that is there in another codec alone stands in every group, so every variant asks for that codec: what cannot decode it
 * plays none. Mostly it is no programme of its own: what is called "English 5.1" beside "English" is one by its label.
 */
function warnOfNoCommonCodec({ mode, run }: ManifestJob, pairings: readonly Pairing<unknown>[]): void {
  const isPlain = ({ track }: AudioMember) => PLAIN.has(codecFamily(track));
  const [group, ...others] = pairings.flatMap(({ group }) => (group && PLAIN.has(group.codec) ? group : []));
  if (!group || [group, ...others].some(({ members }) => members.every(isPlain))) return;
  const alone = group.members.findIndex((member) => !isPlain(member));
  run.warn(
    `mode ${mode}: "${group.names[alone]}" is in ${codecFamily(group.members[alone]!.track)}, and there is no AAC of it, so every variant asks players for that codec. ` +
      'If it is the sound of another track for more loudspeakers, give both the same `label` and `roles`; else give it in AAC as well.',
  );
}

/** What every player of HLS decodes. */
const PLAIN: ReadonlySet<string> = new Set(['aac', 'mp3']);

/** The key lines of a title, each made once. */
class KeyLines {
  readonly #job: ManifestJob;
  readonly #options: HlsPlaylistOptions;
  /** By key id. */
  readonly #made = new Map<string, readonly HlsKey[]>();

  constructor(job: ManifestJob, options: HlsPlaylistOptions) {
    this.#job = job;
    this.#options = options;
  }

  /** Those of a rendition's segments in a crypto period; none where it is clear. */
  of(rendition: RenditionResult, period: number): readonly HlsKey[] {
    if (!isEncrypted(rendition)) return [];
    const { keys } = this.#job;
    return this.ofKey(keys.of(rendition.keyLabel ?? labelOfAll(keys), period));
  }

  /** Those of a key. */
  ofKey(key: ContentKey): readonly HlsKey[] {
    const lines = this.#made.get(key.hexId) ?? this.#make(key);
    this.#made.set(key.hexId, lines);
    return lines;
  }

  /** Those of a rendition's first crypto period. */
  ofFirst(rendition: RenditionResult): readonly HlsKey[] {
    const first = listRows(rendition.segments).find(({ period }) => period !== CLEAR);
    return first ? this.of(rendition, first.period) : [];
  }

  #make(key: ContentKey): readonly HlsKey[] {
    const lines = this.#options.keyLines(key);
    if (lines.length > 0) return lines;
    throw noKeyLine(this.#job.mode);
  }
}

const isEncrypted = ({ tracks }: RenditionResult): boolean => tracks.some((track) => track.encrypted);
