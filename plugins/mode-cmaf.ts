import { type DrmSystemReference, fail, type Plugin, type Run } from '../core/index.ts';
import {
  CBCS_CARRIAGE,
  checkCencTrack,
  checkSegmentIndex,
  createCbcsProtector,
  createCencProtector,
  DRM_SYSTEMS_SCHEMA,
  dashManifest,
  describeTrack,
  firstIv,
  hlsPlace,
  keySignals,
  outputName,
  outputSchema,
  PAIRING_SCHEMA,
  type PairingOptions,
  pairingOf,
  planTracks,
  requireHlsSystem,
  resolveDrmSystems,
  type SegmentLayout,
  systemsIn,
  withSignalling,
  withVariantsChecked,
  writeFragmentedText,
  writeHlsFragments,
  writeHlsPlaylists,
} from '../core/kit.ts';

/** Options of `cmaf`. */
export interface CmafOptions extends PairingOptions {
  /**
   * `cbcs`, which Apple's devices and all newer others play, with the key's own IV. `cenc`, for PlayReady before 4 and other
   * older ones: FairPlay plays none of it. @default 'cbcs'
   */
  readonly scheme?: 'cbcs' | 'cenc';
  /** DRM systems to signal, in MPD, playlists and files. @default ['common', 'widevine', 'playready'], with cbcs 'fairplay' too */
  readonly systems?: readonly DrmSystemReference[];
  /**
   * `single-file`: one file a track with a segment index, of at most 65,535 segments; playlists address byte ranges of it.
   * `segments`: a file for each segment. @default 'single-file'
   */
  readonly layout?: SegmentLayout;
  /** Name of the output folder; `[name]` and `[ext]` are the first input's. @default 'CMAF_[name]_[ext]' */
  readonly folder?: string;
  /** File name of the MPD. @default 'stream.mpd' */
  readonly manifest?: string;
  /** File name of the multivariant playlist. @default 'master.m3u8' */
  readonly playlist?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    scheme: { enum: ['cbcs', 'cenc'] },
    systems: DRM_SYSTEMS_SCHEMA,
    layout: { enum: ['single-file', 'segments'] },
    ...PAIRING_SCHEMA,
    ...outputSchema('mpd'),
    playlist: outputSchema('m3u8').manifest,
  },
};

/** What plays a scheme. FairPlay has no box and no element in an MPD: it finds the key by the playlists. */
const SYSTEMS: Readonly<Record<'cbcs' | 'cenc', readonly DrmSystemReference[]>> = {
  cbcs: ['common', 'widevine', 'playready', 'fairplay'],
  cenc: ['common', 'widevine', 'playready'],
};

/**
 * One set of files for DASH and HLS (ISO/IEC 23000-19; CTA-5005): an MPD and playlists over the same fragments, encrypted once.
 *
 * What the one needs the other must bear: `sidx` over subsegments of several fragments, one for each I-frame that playlists
 * address; and an edit list for priming, which playlists cannot speak of, so that the MPD has no `presentationTimeOffset`.
 */
export function cmaf(options: CmafOptions = {}): Plugin {
  const { scheme = 'cbcs', systems: references = SYSTEMS[scheme], layout = 'single-file' } = options;
  const { folder = 'CMAF_[name]_[ext]', manifest = 'stream.mpd', playlist = 'master.m3u8' } = options;
  const pairing = pairingOf(options);
  const name = 'mode-cmaf';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      const resolved = resolveDrmSystems(references);
      if (scheme === 'cenc' && resolved.some((system) => system.name === 'fairplay')) {
        throw fail.invalidOption(
          'Mode cmaf cannot signal FairPlay under the scheme cenc: FairPlay plays cbcs alone.',
          "Leave fairplay out of its `systems`, or take scheme: 'cbcs'.",
        );
      }
      const hasFairPlay = scheme === 'cbcs';
      requireHlsSystem('cmaf', resolved, `${hasFairPlay ? 'fairplay(), ' : ''}widevine() or playready()`);
      const systems = resolved.map(withSignalling);
      const signals = ({ contentId }: Run) => keySignals(systems, { mode: 'cmaf', contentId, scheme });
      const mode = packager.mode({
        name: 'cmaf',
        title: 'CMAF',
        scheme,
        protects: 'samples',
        sharesSegments: true,
        ...CBCS_CARRIAGE,
        text: true,
        trickPlay: 'any',
        async check(track, isProtected, timing) {
          if (layout === 'single-file') checkSegmentIndex({ track, timing });
          if (scheme === 'cenc') return checkCencTrack(track, isProtected);
          if (isProtected && track.entry === 'vp09') {
            throw fail.unsupportedCodec(
              track.source.name,
              `mode cmaf cannot protect ${describeTrack(track)}: VP9 in MP4 knows the scheme cenc alone.`,
              "Take scheme: 'cenc', or encode the video as H.264, HEVC or AV1.",
            );
          }
          await CBCS_CARRIAGE.check?.(track, isProtected, timing);
        },
        plan: withVariantsChecked({ plan: planTracks }, pairing).plan,
        delivers: (['dash', 'hls'] as const).map((format) => ({
          manifest: format,
          container: 'fmp4',
          encryption: scheme,
          iv: scheme === 'cenc' ? 8 : 'constant',
          files: layout,
          systems: systemsIn(format, resolved),
        })),
        systemIds: systems.flatMap(({ systemId }) => systemId ?? []),
        folder: (inputs) => outputName(folder, inputs),
        keyRotation: true,
        clearLead: true,
        thumbnails: true,
        checkKeys(keys, _units, run) {
          if (scheme === 'cbcs') for (const key of keys.distinct) key.requireIv('cmaf');
          signals(run).check(keys, ['dash', 'hls']);
        },
      });
      mode.encrypt.tap(name, (request, run) => {
        const { track, key } = request;
        if (!track) return undefined;
        const warn = (message: string) => run.warn(message);
        if (scheme === 'cbcs') return createCbcsProtector({ track, key, iv: key.requireIv('cmaf'), warn });
        return createCencProtector({ track, key, iv: firstIv(request, run), warn });
      });
      mode.segment.tapPromise(name, (job) => {
        const { run, unit } = job;
        const { pssh, keyPssh } = signals(run);
        const index = layout === 'single-file';
        const place = hlsPlace(layout, unit);
        // TTML is what both DASH and HLS take in fragments (CTA-5005, 4.1.2; HLS Authoring Specification, 5.4).
        if (job.text.length > 0)
          return writeFragmentedText(job, { ...place, format: 'stpp', index, cmaf: true });
        return writeHlsFragments(job, { ...place, scheme, pssh, keyPssh, index, cmaf: true });
      });
      mode.emitManifest.tapPromise(name, async (job) => {
        const { run, renditions, presentation, keys, folder: place, output } = job;
        const { captions, markers, thumbnails, grid } = presentation;
        const { contentId } = run;
        const { details } = run.title;
        const facts = { contentId, captions, markers, thumbnails, details, folder: place };
        const title = { duration: grid.duration, ...facts };
        const mpd = dashManifest({ ...title, renditions, keys, scheme, systems, layout });
        await output.write(manifest, mpd);
        const { keyLines } = signals(run);
        await writeHlsPlaylists(job, { keyLines, master: playlist, ...pairing });
      });
    },
  };
}
