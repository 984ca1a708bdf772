import {
  createSampleAesProtector,
  DRM_SYSTEMS_SCHEMA,
  type DrmContext,
  type DrmSystemReference,
  outputName,
  type Plugin,
  planRenditions,
  resolveDrmSystems,
  writeHlsPlaylists,
  writeTsRendition,
} from '../core/index.ts';

export interface HlsAesOptions {
  /**
   * DRM systems to signal, each with its own `EXT-X-KEY`: `fairplay({ uri })`, or `identity({ uri })` for players without
   * FairPlay. @default ['fairplay']
   */
  readonly systems?: readonly DrmSystemReference[];
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
    folder: { type: 'string', minLength: 1 },
    manifest: { type: 'string', pattern: '^[^/]+\\.m3u8$' },
  },
};

/** HLS with SAMPLE-AES in MPEG-TS (Apple, MPEG-2 Stream Encryption Format for HTTP Live Streaming): FairPlay. */
export function hlsAes(options: HlsAesOptions = {}): Plugin {
  const {
    systems: references = ['fairplay'],
    folder = 'HLS_[name]_[ext]',
    manifest = 'master.m3u8',
  } = options;
  const name = 'mode-hls-aes';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      const mode = packager.mode({
        name: 'hls-aes',
        title: 'HLS-AES',
        scheme: 'sample-aes',
        protects: 'samples',
        carries: ['avc1', 'avc3', 'mp4a'],
        folder: (inputs) => outputName(folder, inputs),
        plan: planRenditions,
      });
      // FairPlay delivers the IV with the key, so it has to be the key's own; nothing may be made up here.
      mode.encrypt.tap(
        name,
        ({ track, key }) => track && createSampleAesProtector({ track, key, iv: key.requireIv('hls-aes') }),
      );
      mode.segment.tapPromise(name, (job) => writeTsRendition(job, { path: `${job.unit.id}/media.ts` }));
      mode.emitManifest.tapPromise(name, (job) => {
        const context: DrmContext = { contentId: job.run.contentId, keys: [job.key], scheme: 'sample-aes' };
        const keys = resolveDrmSystems(references).flatMap((system) => system.hlsKey?.(context) ?? []);
        return writeHlsPlaylists(job, { keys, master: manifest });
      });
    },
  };
}
