import {
  type ContentKey,
  checkTsTrack,
  createSampleAesProtector,
  DRM_SYSTEMS_SCHEMA,
  type DrmSystemReference,
  fail,
  type HlsKey,
  outputName,
  outputSchema,
  type Plugin,
  planRenditions,
  type Run,
  resolveDrmSystems,
  withSignalling,
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
    ...outputSchema('m3u8'),
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
      const resolved = resolveDrmSystems(references);
      if (!resolved.some(({ hlsKey, systemId }) => hlsKey || systemId)) {
        throw fail.invalidOption(
          'Mode hls-aes has no DRM system that tells HLS players how to get the key.',
          'Add fairplay() or identity() to its `systems`.',
        );
      }
      const systems = resolved.map(withSignalling);
      const keysOf = (key: ContentKey, { contentId }: Run): HlsKey[] =>
        systems.flatMap((system) => system.hlsKey?.({ contentId, keys: [key], scheme: 'sample-aes' }) ?? []);
      const mode = packager.mode({
        name: 'hls-aes',
        title: 'HLS-AES',
        scheme: 'sample-aes',
        protects: 'samples',
        carries: ['avc1', 'avc3', 'mp4a', 'ac-3', 'ec-3'],
        check: checkTsTrack,
        systemIds: systems.flatMap(({ systemId }) => systemId ?? []),
        folder: (inputs) => outputName(folder, inputs),
        plan: planRenditions,
      });
      mode.encrypt.tap(name, ({ track, key }, run) => {
        keysOf(key, run); // a key that cannot be signalled is better refused now than after an hour of work
        // FairPlay delivers the IV with the key, so it has to be the key's own; nothing may be made up here.
        return track && createSampleAesProtector({ track, key, iv: key.requireIv('hls-aes') });
      });
      mode.segment.tapPromise(name, (job) => writeTsRendition(job, { path: `${job.unit.id}/media.ts` }));
      mode.emitManifest.tapPromise(name, (job) =>
        writeHlsPlaylists(job, { keys: keysOf(job.key, job.run), master: manifest }),
      );
    },
  };
}
