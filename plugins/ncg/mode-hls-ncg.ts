import type { ContentKey, Plugin, Run } from '../../core/index.ts';
import {
  createAes128Protector,
  HLS_TEXT_SCHEMA,
  type HlsText,
  hlsPlace,
  keySignals,
  keyUri,
  type ModeKeys,
  outputName,
  outputSchema,
  PAIRING_SCHEMA,
  type PairingOptions,
  pairingOf,
  TS_CARRIAGE,
  withSignalling,
  withVariantsChecked,
  writeHlsPlaylists,
  writeHlsText,
  writeTsRendition,
} from '../../core/kit.ts';
import { wrapKey } from './files.ts';

/** Options of `hlsNcg`. */
export interface HlsNcgOptions extends PairingOptions {
  /**
   * Where players find the key, as seen from a rendition's folder, unless the key server says where; placeholders: `{contentId}`,
   * `{keyId}`, `{keyUuid}`, `{keyIdBase64}`. By default that is the NCG file with the key, beside the multivariant playlist; with
   * another URI that file is not written.
   * @default '../key.ncg'; of a title with several keys '../key-{keyId}.ncg'
   */
  readonly keyUri?: string;
  /** Site id that `key.ncg` names. */
  readonly siteId?: string;
  /** Licence acquisition URL that `key.ncg` names. */
  readonly licenseUrl?: string;
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
  /** Name of the output folder; `[name]` and `[ext]` are the first input's. @default 'HLS-NCG_[name]_[ext]' */
  readonly folder?: string;
  /** File name of the multivariant playlist. @default 'master.m3u8' */
  readonly manifest?: string;
}

/** What the header of `key.ncg` can hold. */
const XML_TEXT = '^[^\\p{Cc}\\p{Cs}\\uFFFE\\uFFFF]*$';

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    keyUri: { type: 'string', minLength: 1, pattern: '^[^"\\s\\p{C}]+$' },
    siteId: { type: 'string', pattern: XML_TEXT },
    licenseUrl: { type: 'string', minLength: 1, pattern: XML_TEXT },
    layout: { enum: ['single-file', 'segments'] },
    text: HLS_TEXT_SCHEMA,
    ...PAIRING_SCHEMA,
    ...outputSchema('m3u8'),
  },
};

/** The file of a key, beside the multivariant playlist: of a title with one key it need not say which. */
const keyFile = ({ distinct }: ModeKeys, { hexId }: ContentKey): string =>
  distinct.length > 1 ? `key-${hexId}.ncg` : 'key.ncg';

const ownUri = (keys: ModeKeys, key: ContentKey): string => `../${keyFile(keys, key)}`;

/** PallyCon's id of AES-128 whose key NCG protects; SPEKE servers know AES-128 by it. */
const SYSTEM_ID = '81376844-f976-481e-a84e-cc25d39b0b33';

/**
 * HLS with AES-128 over whole segments (RFC 8216, 4.3.2.4); NCG protects the key. All segments of a key have one IV: it is the
 * second half of an NCG key, and comes with it from the key server, whose key line is written as it is. What that gives away is
 * which segments begin with the same 16 bytes; in MPEG-TS all do, with the same table.
 */
export function hlsNcg(options: HlsNcgOptions = {}): Plugin {
  const { keyUri: uri, siteId, licenseUrl, layout = 'single-file' } = options;
  const { text = 'segments', folder = 'HLS-NCG_[name]_[ext]', manifest = 'master.m3u8' } = options;
  const pairing = pairingOf(options);
  const name = 'mode-hls-ncg';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      const expand = uri === undefined ? undefined : keyUri('hls-ncg: keyUri', uri);
      const signals = (keys: ModeKeys, { contentId }: Run) => {
        const system = withSignalling({
          name: 'hls-ncg',
          systemId: SYSTEM_ID,
          hlsKey(context) {
            const key = context.keys[0]!;
            const iv = key.requireIv('hls-ncg');
            return { method: 'AES-128', uri: expand?.(context) ?? ownUri(keys, key), iv };
          },
        });
        return keySignals([system], { mode: 'hls-ncg', contentId, scheme: 'aes-128' });
      };
      const mode = packager.mode({
        name: 'hls-ncg',
        title: 'HLS-NCG',
        scheme: 'aes-128',
        protects: 'resources',
        ...withVariantsChecked(TS_CARRIAGE, pairing),
        text: true,
        trickPlay: 'given',
        instead:
          'leave hls-ncg out (hls-aes can write fMP4, dash-cenc carries VP9 too), or encode the track again: ' +
          'video as H.264, audio as AAC, MP3, AC-3 or E-AC-3',
        // A key at an address of the user's own is there for the asking; one in NCG is for players of NCG.
        delivers: [
          {
            manifest: 'hls',
            container: 'ts',
            encryption: 'aes-128',
            iv: 'constant',
            files: layout,
            systems: [uri === undefined ? 'hls-ncg' : 'identity'],
          },
        ],
        systemIds: [SYSTEM_ID],
        folder: (inputs) => outputName(folder, inputs),
        keyRotation: true,
        clearLead: true,
        thumbnails: true,
        checkKeys: (keys, _units, run) => signals(keys, run).check(keys, ['hls']),
      });
      mode.encrypt.tap(name, ({ key }) => createAes128Protector({ key, iv: () => key.requireIv('hls-ncg') }));
      mode.segment.tapPromise(name, (job) =>
        job.text.length > 0 ? writeHlsText(job, text) : writeTsRendition(job, hlsPlace(layout, job.unit)),
      );
      mode.emitManifest.tapPromise(name, async (job) => {
        const { output, keys, run } = job;
        const { keyLines } = signals(keys, run);
        for (const key of keys.distinct) {
          if (keyLines(key).every((line) => line.uri !== ownUri(keys, key))) continue;
          await output.write(keyFile(keys, key), wrapKey(key, { siteId, licenseUrl }, run));
        }
        await writeHlsPlaylists(job, { keyLines, master: manifest, ...pairing });
      });
    },
  };
}
