import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { keyLineFaults } from '../oracles/valid-playlists.ts';
import { boxesBetween } from '../verify/boxes.ts';
import { trackEncryptions } from '../verify/track-encryption.ts';
import { type AppleOutput, type Attributes, tagsOf } from './output.ts';
import { type AppleRule, inWords, wrong } from './rule.ts';

const keysOf = (output: AppleOutput): Attributes[] =>
  [...output.playlists.values()].flatMap((text) => tagsOf(text, 'EXT-X-KEY'));

const FAIRPLAY = 'com.apple.streamingkeydelivery';

const fairPlayKeys = (output: AppleOutput): Attributes[] =>
  keysOf(output).filter(({ KEYFORMAT }) => KEYFORMAT === FAIRPLAY);

/** The protected sample entries of the file that a media playlist maps. */
function encryptionOf({ folder }: AppleOutput, path: string, text: string) {
  const [map] = tagsOf(text, 'EXT-X-MAP');
  const file = readFileSync(join(folder, dirname(path), map!['URI']!));
  const [length = file.length, offset = 0] = map!['BYTERANGE']?.split('@').map(Number) ?? [];
  const moov = boxesBetween(file, offset, offset + length).find(({ type }) => type === 'moov');
  return trackEncryptions(file, moov!);
}

const heightOf = ({ RESOLUTION = '' }: Attributes): number => Number(RESOLUTION.split('x')[1]);

/** Of keys and what is encrypted with them. */
export const PROTECTION_RULES: readonly AppleRule[] = [
  {
    clause: '13.2, 13.11',
    what: 'FairPlay protects by SAMPLE-AES, never SAMPLE-AES-CTR',
    faults: (output) => wrong(fairPlayKeys(output), ({ METHOD }) => METHOD === 'SAMPLE-AES', inWords),
    breaks: [/stream/, /METHOD=SAMPLE-AES(?=,URI="skd:)/, 'METHOD=SAMPLE-AES-CTR'],
  },
  {
    clause: '13.3',
    what: 'SAMPLE-AES says the KEYFORMAT and its version',
    faults: (output) =>
      wrong(
        keysOf(output).filter(({ METHOD }) => METHOD === 'SAMPLE-AES'),
        ({ KEYFORMAT, KEYFORMATVERSIONS }) => KEYFORMAT !== undefined && KEYFORMATVERSIONS === '1',
        inWords,
      ),
    breaks: [/stream/, /,KEYFORMATVERSIONS="1"/, ''],
  },
  {
    clause: '13.4',
    what: 'FairPlay has no IV: it comes with the key',
    faults: (output) => wrong(fairPlayKeys(output), ({ IV }) => IV === undefined, inWords),
    breaks: [/stream/, /(METHOD=SAMPLE-AES),(URI="skd:)/, '$1,IV=0x00000000000000000000000000000001,$2'],
  },
  {
    clause: '13.5, 13.6',
    what: 'HDCP-LEVEL is TYPE-0 for HD and TYPE-1 above, where it is said',
    faults: (output) => {
      const said = [
        ...tagsOf(output.master, 'EXT-X-STREAM-INF'),
        ...tagsOf(output.master, 'EXT-X-I-FRAME-STREAM-INF'),
      ];
      const levelOf = (height: number) => (height > 1080 ? 'TYPE-1' : height > 576 ? 'TYPE-0' : 'NONE');
      return said.some((tag) => tag['HDCP-LEVEL'] !== undefined)
        ? wrong(said, (tag) => tag['HDCP-LEVEL'] === levelOf(heightOf(tag)), inWords)
        : undefined;
    },
    breaks: ['master', /HDCP-LEVEL=TYPE-1/, 'HDCP-LEVEL=TYPE-0'],
  },
  {
    clause: '13.7',
    what: 'of video one block in ten is encrypted, of sound all',
    faults: (output) => {
      const keyed = [...output.playlists].filter(
        ([, text]) => text.includes('METHOD=SAMPLE-AES,') && text.includes('#EXT-X-MAP'),
      );
      return wrong(
        keyed.flatMap(([path, text]) =>
          encryptionOf(output, path, text).map((entry) => ({
            path,
            entry: entry && { ...entry, isVideo: !path.startsWith('audio') },
          })),
        ),
        ({ entry }) =>
          entry === undefined ||
          [entry.encryptedBlocks, entry.clearBlocks].join() === (entry.isVideo ? '1,9' : '0,0'),
        ({ path, entry }) => `${path} has ${entry?.encryptedBlocks}:${entry?.clearBlocks}`,
      );
    },
    breaks: [/^video-1.stream/, /(#EXT-X-MAP:URI=")[^"]*("[^\n]*)/, '$1../audio-fr/media.mp4"'],
  },
  {
    clause: 'Several EXT-X-KEY',
    what: 'the same set of KEYFORMATs is on all encrypted segments',
    faults: (output) =>
      wrong(
        [...output.playlists].filter(([, text]) => tagsOf(text, 'EXT-X-KEY').length > 1),
        ([, text]) => keyLineFaults(text).length === 0,
        ([path]) => path,
      ),
    breaks: [/stream/, /(\n[^#\n]+\n)#EXT-X-KEY:[^\n]*\n/, '$1'],
  },
];
