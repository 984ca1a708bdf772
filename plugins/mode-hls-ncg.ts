import {
  createAes128Protector,
  type HlsKey,
  outputName,
  outputSchema,
  type Plugin,
  planRenditions,
  wrapKey,
  writeHlsPlaylists,
  writeTsRendition,
} from '../core/index.ts';

export interface HlsNcgOptions {
  /**
   * Where players find the key, as seen from a rendition's folder. By default that is the NCG file with the key, beside
   * the multivariant playlist; with an own URI that file is not written. @default '../key.ncg'
   */
  readonly keyUri?: string;
  /** Site id that `key.ncg` names. */
  readonly siteId?: string;
  /** Licence acquisition URL that `key.ncg` names. */
  readonly licenseUrl?: string;
  /** Name of the output folder; `[name]` and `[ext]` are the first input's. @default 'HLS-NCG_[name]_[ext]' */
  readonly folder?: string;
  /** File name of the multivariant playlist. @default 'master.m3u8' */
  readonly manifest?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    keyUri: { type: 'string', minLength: 1, pattern: '^[^"\\s]+$' },
    siteId: { type: 'string' },
    licenseUrl: { type: 'string', minLength: 1 },
    ...outputSchema('m3u8'),
  },
};

const KEY_FILE = 'key.ncg';

/** HLS with AES-128 over whole segments (RFC 8216, 4.3.2.4); NCG protects the key. */
export function hlsNcg(options: HlsNcgOptions = {}): Plugin {
  const { keyUri, siteId, licenseUrl, folder = 'HLS-NCG_[name]_[ext]', manifest = 'master.m3u8' } = options;
  const name = 'mode-hls-ncg';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      const mode = packager.mode({
        name: 'hls-ncg',
        title: 'HLS-NCG',
        scheme: 'aes-128',
        protects: 'resources',
        carries: ['avc1', 'avc3', 'mp4a'],
        folder: (inputs) => outputName(folder, inputs),
        plan: planRenditions,
      });
      mode.encrypt.tap(name, ({ key }) => createAes128Protector({ key, iv: () => key.requireIv('hls-ncg') }));
      mode.segment.tapPromise(name, (job) => writeTsRendition(job, { path: `${job.unit.id}/media.ts` }));
      mode.emitManifest.tapPromise(name, async (job) => {
        const { key, output } = job;
        const uri = keyUri ?? `../${KEY_FILE}`;
        const keys: HlsKey[] = [{ method: 'AES-128', uri, iv: key.requireIv('hls-ncg') }];
        if (keyUri === undefined) await output.write(KEY_FILE, wrapKey(key, { siteId, licenseUrl }, job.run));
        await writeHlsPlaylists(job, { keys, master: manifest });
      });
    },
  };
}
