import type { DrmSystemReference, Plugin, Run } from '../core/index.ts';
import {
  type Carriage,
  CBCS_CARRIAGE,
  createCbcsProtector,
  createSampleAesProtector,
  DRM_SYSTEMS_SCHEMA,
  HLS_TEXT_SCHEMA,
  type HlsText,
  hlsPlace,
  keySignals,
  outputName,
  outputSchema,
  PAIRING_SCHEMA,
  type PairingOptions,
  pairingOf,
  requireHlsSystem,
  resolveDrmSystems,
  systemsIn,
  TS_CARRIAGE,
  type UnitPlan,
  withSignalling,
  withVariantsChecked,
  writeHlsFragments,
  writeHlsPlaylists,
  writeHlsText,
  writeTsRendition,
} from '../core/kit.ts';

/** Options of `hlsAes`. */
export interface HlsAesOptions extends PairingOptions {
  /**
   * DRM systems to signal, each with its own `EXT-X-KEY`: `fairplay({ uri })`, or `identity({ uri })` for players without
   * FairPlay; `widevine()` and `playready()` in fMP4 alone. @default ['fairplay']
   */
  readonly systems?: readonly DrmSystemReference[];
  /**
   * `ts`: MPEG-TS with SAMPLE-AES. `fmp4`: fragmented MP4 with `cbcs`, each track by itself. `auto`: `ts` where that carries the
   * video, and sound in every language of the title, else `fmp4` for the whole title. @default 'auto'
   */
  readonly container?: 'auto' | 'ts' | 'fmp4';
  /**
   * `single-file`: one file a rendition, of which players fetch byte ranges. `segments`: a file for each segment.
   * @default 'single-file'
   */
  readonly layout?: 'single-file' | 'segments';
  /**
   * How subtitles are written, which are always clear. `segments`: as WebVTT, a file for each segment of the title. `file`: as WebVTT,
   * one file for a track. `stpp`: as TTML (IMSC 1.1 text) in fragmented MP4. @default 'segments'
   */
  readonly text?: HlsText;
  /** Name of the output folder; `[name]` and `[ext]` are the first input's. @default 'HLS_[name]_[ext]' */
  readonly folder?: string;
  /** File name of the multivariant playlist. @default 'master.m3u8' */
  readonly manifest?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    systems: DRM_SYSTEMS_SCHEMA,
    container: { enum: ['auto', 'ts', 'fmp4'] },
    layout: { enum: ['single-file', 'segments'] },
    text: HLS_TEXT_SCHEMA,
    ...PAIRING_SCHEMA,
    ...outputSchema('m3u8'),
  },
};

const TS = {
  ...TS_CARRIAGE,
  text: true as const,
  trickPlay: 'given' as const,
  instead: "let it write fMP4 (container: 'auto' or 'fmp4'), choose dash-cenc, or encode the track again",
};
const FMP4 = {
  ...CBCS_CARRIAGE,
  text: true as const,
  trickPlay: 'given' as const,
  instead: 'encode the track again, or leave the mode out',
};

/** HLS for FairPlay: SAMPLE-AES in MPEG-TS (Apple, MPEG-2 Stream Encryption Format for HTTP Live Streaming), or `cbcs` in fMP4. */
export function hlsAes(options: HlsAesOptions = {}): Plugin {
  const { systems: references = ['fairplay'], container = 'auto', layout = 'single-file' } = options;
  const { text = 'segments', folder = 'HLS_[name]_[ext]', manifest = 'master.m3u8' } = options;
  const pairing = pairingOf(options);
  const name = 'mode-hls-aes';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      const resolved = resolveDrmSystems(references);
      requireHlsSystem('hls-aes', resolved, 'fairplay() or identity()');
      const systems = resolved.map(withSignalling);
      const signals = (unit: UnitPlan | undefined, { contentId }: Run) =>
        keySignals(systems, {
          mode: 'hls-aes',
          contentId,
          scheme: unit?.container === 'ts' ? 'sample-aes' : 'cbcs',
        });
      const delivery = {
        manifest: 'hls',
        iv: 'constant',
        files: layout,
        systems: systemsIn('hls', resolved),
      } as const;
      const ts: Carriage = {
        ...withVariantsChecked(TS, pairing),
        delivers: [{ ...delivery, container: 'ts', encryption: 'sample-aes' }],
      };
      const fmp4: Carriage = {
        ...withVariantsChecked(FMP4, pairing),
        delivers: [{ ...delivery, container: 'fmp4', encryption: 'cbcs' }],
      };
      const mode = packager.mode({
        name: 'hls-aes',
        title: 'HLS-AES',
        scheme: 'sample-aes',
        protects: 'samples',
        sharesSegments: container === 'fmp4',
        ...(container === 'fmp4' ? fmp4 : ts),
        otherwise: container === 'auto' ? [fmp4] : [],
        systemIds: systems.flatMap(({ systemId }) => systemId ?? []),
        folder: (inputs) => outputName(folder, inputs),
        keyRotation: true,
        clearLead: true,
        thumbnails: true,
        checkKeys(keys, [unit], run) {
          for (const key of keys.distinct) key.requireIv('hls-aes');
          signals(unit, run).check(keys, ['hls']);
        },
      });
      mode.encrypt.tap(name, ({ track, key, unit }, run) => {
        // FairPlay delivers the IV with the key, so it has to be the key's own; nothing may be made up here.
        const iv = key.requireIv('hls-aes');
        if (!track) return undefined;
        if (unit.container === 'ts') return createSampleAesProtector({ track, key, iv });
        return createCbcsProtector({ track, key, iv, warn: (message) => run.warn(message) });
      });
      mode.segment.tapPromise(name, (job) => {
        const { unit, run } = job;
        if (job.text.length > 0) return writeHlsText(job, text);
        const place = hlsPlace(layout, unit);
        if (unit.container === 'ts') return writeTsRendition(job, place);
        const { pssh, keyPssh } = signals(unit, run);
        return writeHlsFragments(job, { ...place, scheme: 'cbcs', pssh, keyPssh });
      });
      mode.emitManifest.tapPromise(name, (job) => {
        const { renditions, run } = job;
        const { keyLines } = signals(renditions[0]?.unit, run);
        return writeHlsPlaylists(job, { keyLines, master: manifest, ...pairing });
      });
    },
  };
}
