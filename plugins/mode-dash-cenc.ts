import type { DrmSystemReference, Plugin, Run } from '../core/index.ts';
import {
  carriesProtectable,
  cencEncryption,
  checkCencTrack,
  checkSegmentIndex,
  createCencProtector,
  DRM_SYSTEMS_SCHEMA,
  dashManifest,
  firstIv,
  keySignals,
  outputName,
  outputSchema,
  planTracks,
  resolveDrmSystems,
  systemsIn,
  withSignalling,
  writeFragmentedMp4,
  writeFragmentedText,
  writeWebvtt,
} from '../core/kit.ts';

/** Options of `dashCenc`. */
export interface DashCencOptions {
  /** DRM systems to signal. @default ['common', 'widevine', 'playready'] */
  readonly systems?: readonly DrmSystemReference[];
  /**
   * `single-file`: one file a track with a segment index (on-demand profile), of at most 65,535 segments. `segments`: folders `video` and `audio` with
   * one file a segment (live profile). @default 'single-file'
   */
  readonly layout?: 'single-file' | 'segments';
  /**
   * How subtitles are written, which are always clear. `wvtt`, `stpp`: as WebVTT or TTML (IMSC 1.1 text) in fragmented MP4, laid out as
   * the media is; `auto`: as TTML what is TTML, else as WebVTT. `file`: one WebVTT file for a track. @default 'auto'
   */
  readonly text?: 'auto' | 'wvtt' | 'stpp' | 'file';
  /** Name of the output folder; `[name]` and `[ext]` are the first input's. @default 'DASH_[name]_[ext]' */
  readonly folder?: string;
  /** File name of the MPD. @default 'stream.mpd' */
  readonly manifest?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    systems: DRM_SYSTEMS_SCHEMA,
    layout: { enum: ['single-file', 'segments'] },
    text: { enum: ['auto', 'wvtt', 'stpp', 'file'] },
    ...outputSchema('mpd'),
  },
};

/** DASH with Common Encryption, `cenc` scheme (ISO/IEC 23001-7, 10.1): Widevine, PlayReady, ClearKey. */
export function dashCenc(options: DashCencOptions = {}): Plugin {
  const { systems: references = ['common', 'widevine', 'playready'], layout = 'single-file' } = options;
  const { text = 'auto', folder = 'DASH_[name]_[ext]', manifest = 'stream.mpd' } = options;
  const name = 'mode-dash-cenc';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      const resolved = resolveDrmSystems(references);
      const systems = resolved.map(withSignalling);
      const signals = ({ contentId }: Run) =>
        keySignals(systems, { mode: 'dash-cenc', contentId, scheme: 'cenc' });
      const mode = packager.mode({
        name: 'dash-cenc',
        title: 'DASH-CENC',
        scheme: 'cenc',
        protects: 'samples',
        sharesSegments: true,
        carries: carriesProtectable,
        text: true,
        trickPlay: 'any',
        check(track, isProtected, timing) {
          if (layout === 'single-file') checkSegmentIndex({ track, timing });
          return checkCencTrack(track, isProtected);
        },
        systemIds: systems.flatMap(({ systemId }) => systemId ?? []),
        folder: (inputs) => outputName(folder, inputs),
        plan: planTracks,
        delivers: [
          {
            manifest: 'dash',
            container: 'fmp4',
            encryption: 'cenc',
            iv: 8,
            files: layout,
            systems: systemsIn('dash', resolved),
          },
        ],
        keyRotation: true,
        clearLead: true,
        thumbnails: true,
        checkKeys: (keys, _units, run) => signals(run).check(keys, ['dash']),
      });
      mode.encrypt.tap(name, (request, run) => {
        const { track, key } = request;
        const iv = firstIv(request, run);
        return track && createCencProtector({ track, key, iv, warn: (message) => run.warn(message) });
      });
      mode.segment.tapPromise(name, (job) => {
        const { unit } = job;
        const isOneFile = layout === 'single-file';
        const path = isOneFile ? `media-${unit.id}` : unit.id.replace('-', '/');
        const files = isOneFile ? 'one' : 'many';
        if (job.text.length > 0) {
          if (text === 'file') return writeWebvtt(job, { files: 'one', path });
          return writeFragmentedText(job, { format: text, files, path, index: isOneFile });
        }
        const { pssh, keyPssh } = signals(job.run);
        return writeFragmentedMp4(job, {
          files,
          path,
          index: isOneFile,
          encryption: ({ id }) => cencEncryption(id),
          pssh,
          keyChange: (key, period) => ({
            encryption: cencEncryption(key.id),
            pssh: keyPssh(key, period),
          }),
        });
      });
      mode.emitManifest.tapPromise(
        name,
        async ({ run, renditions, presentation, keys, folder: place, output }) => {
          const { captions, markers, thumbnails, grid } = presentation;
          const { contentId } = run;
          const { details } = run.title;
          const facts = { contentId, captions, markers, thumbnails, details, folder: place };
          const title = { duration: grid.duration, ...facts };
          const mpd = dashManifest({ ...title, renditions, keys, scheme: 'cenc', systems, layout });
          await output.write(manifest, mpd);
        },
      );
    },
  };
}
