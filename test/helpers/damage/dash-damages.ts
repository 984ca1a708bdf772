import type { PackageCopy } from './copy.ts';
import { type Damage, flip, payloadAt } from './damage.ts';

const MPD = 'stream.mpd';
const VIDEO = 'media-video-1.mp4';

/** What is wrong with an MPD alone. */
export const MPD_DAMAGES: readonly Damage[] = [
  {
    what: 'no sound in the manifest',
    of: 'dash',
    beside: true,
    codes: ['KIND_LEFT_OUT'],
    damage: (copy) =>
      copy.replace(MPD, /<AdaptationSet[^>]*contentType="audio"[\s\S]*?<\/AdaptationSet>/g, ''),
  },
  {
    what: 'another default_KID',
    of: 'dash',
    codes: ['KID_IN_MANIFEST'],
    damage: (copy) => copy.replace(MPD, 'default_KID="10111213', 'default_KID="deadbeef'),
  },
  {
    what: 'another default_KID in one Representation alone',
    of: 'dash',
    codes: ['KID_IN_MANIFEST', 'DASH_IF_PROTECTION_PLACE'],
    damage: (copy) =>
      copy.replace(
        MPD,
        '<BaseURL>media-video-2.mp4',
        '<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc" cenc:default_KID="deadbeef-1415-1617-1819-1a1b1c1d1e1f"/>$&',
      ),
  },
  {
    what: 'Widevine data of another key',
    of: 'dash',
    codes: ['KID_IN_PSSH'],
    damage: (copy) =>
      inBase64(copy, /(Widevine">\s*<cenc:pssh>)([^<]+)/, (bytes) =>
        flip(bytes, bytes.indexOf('1011', 0, 'hex')),
      ),
  },
  {
    what: 'a "pssh" with another length',
    of: 'dash',
    codes: ['PSSH_SYNTAX'],
    damage: (copy) =>
      inBase64(copy, /(1077efec[^>]*>\s*<cenc:pssh>)([^<]+)/, (bytes) => flip(bytes, bytes.length - 1)),
  },
  {
    what: 'another checksum in the PlayReady object',
    of: 'dash',
    codes: ['PLAYREADY_CHECKSUM'],
    damage: (copy) =>
      inHeader(copy, (text) =>
        text.replace(/<CHECKSUM>(.)/, (_, first) => `<CHECKSUM>${first === 'A' ? 'B' : 'A'}`),
      ),
  },
  {
    what: 'the key id of the PlayReady object in the order of "tenc"',
    of: 'dash',
    codes: ['PLAYREADY_KID_ORDER'],
    damage: (copy) =>
      inHeader(copy, (text) =>
        text.replace(
          /<KID>[^<]*/,
          `<KID>${Buffer.from('101112131415161718191a1b1c1d1e1f', 'hex').toString('base64')}`,
        ),
      ),
  },
  {
    what: 'a PlayReady object with another length',
    of: 'dash',
    codes: ['PLAYREADY_OBJECT'],
    damage: (copy) => inBase64(copy, /(<mspr:pro>)([^<]+)/, (bytes) => flip(bytes, 0)),
  },
  {
    what: 'another scheme',
    of: 'dash',
    codes: ['SCHEME_MISMATCH'],
    damage: (copy) => copy.replace(MPD, 'value="cenc"', 'value="cbcs"'),
  },
  {
    what: 'no ContentProtection',
    of: 'dash',
    codes: ['LISTED_CLEAR'],
    damage: (copy) => copy.replace(MPD, /<ContentProtection[\s\S]*?(?=<Role)/, ''),
  },
  {
    what: 'ContentProtection of subtitles that are clear',
    of: 'dash',
    codes: ['LISTED_PROTECTED'],
    damage: (copy) =>
      copy.replace(
        MPD,
        /(<AdaptationSet[^>]*contentType="text"[^>]*>)/,
        '$1<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc" cenc:default_KID="10111213-1415-1617-1819-1a1b1c1d1e1f"/>',
      ),
  },
  {
    what: 'no word of DRM systems',
    of: 'dash',
    codes: ['NO_LICENCE_DATA'],
    damage: (copy) => {
      copy.replace(MPD, /<ContentProtection schemeIdUri="urn:uuid[\s\S]*?(?=<Role)/, '');
      for (const path of copy.files(/^media-video/))
        copy.edit(path, (bytes) => {
          for (let at = bytes.indexOf('pssh'); at >= 0; at = bytes.indexOf('pssh', at + 1))
            bytes.write('free', at, 'latin1');
          return undefined;
        });
    },
  },
  {
    what: 'ContentProtection without that of the scheme',
    of: 'dash',
    codes: ['DASH_IF_MP4_PROTECTION'],
    damage: (copy) =>
      copy.replace(MPD, /<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection[^>]*>/, ''),
  },
  {
    what: 'a title of nine seconds',
    of: 'dash',
    codes: ['TITLE_DURATION'],
    damage: (copy) => copy.replace(MPD, 'PT6.08S', 'PT9S'),
  },
  {
    what: '@bandwidth of a tenth',
    of: 'dash',
    codes: ['BANDWIDTH'],
    damage: (copy) => copy.replace(MPD, /bandwidth="(\d+)\d"/, 'bandwidth="$1"'),
  },
  {
    what: '@codecs of another level',
    of: 'dash',
    codes: ['CODECS'],
    damage: (copy) => copy.replace(MPD, 'avc1.64001f', 'avc1.640028'),
  },
  {
    what: '@width of another picture',
    of: 'dash',
    codes: ['RESOLUTION'],
    damage: (copy) => copy.replace(MPD, ' width="480"', ' width="640"'),
  },
  {
    what: '@frameRate of another film',
    of: 'dash',
    codes: ['FRAME_RATE'],
    damage: (copy) => copy.replace(MPD, ' frameRate="25"', ' frameRate="30"'),
  },
  {
    what: 'transfer characteristics of another film',
    of: 'dash',
    codes: ['VIDEO_RANGE'],
    damage: (copy) =>
      copy.replace(
        MPD,
        '<BaseURL>media-video-2.mp4',
        '<SupplementalProperty schemeIdUri="urn:mpeg:mpegB:cicp:TransferCharacteristics" value="16"/>$&',
      ),
  },
  {
    what: '@lang that the sound is not in',
    of: 'dash',
    codes: ['LANGUAGE'],
    damage: (copy) => copy.replace(MPD, 'lang="de"', 'lang="fr"'),
  },
  {
    what: 'more channels than there are',
    of: 'dash',
    codes: ['CHANNELS'],
    damage: (copy) => copy.replace(MPD, /(<AudioChannelConfiguration[^>]*value=)"2"/, '$1"6"'),
  },
  {
    what: 'another sampling rate',
    of: 'dash',
    codes: ['SAMPLE_RATE'],
    damage: (copy) => copy.replace(MPD, 'audioSamplingRate="48000"', 'audioSamplingRate="44100"'),
  },
  {
    what: 'two Representations of one id',
    of: 'dash',
    codes: ['DASH_LIST'],
    damage: (copy) => copy.replace(MPD, 'id="video-2"', 'id="video-1"'),
  },
  {
    what: 'files of two audio tracks that changed places',
    of: 'dash-segments',
    codes: ['LANGUAGE', 'BANDWIDTH_INEXACT'],
    damage: (copy) => {
      for (const path of copy.files(/^audio\/en\//)) copy.swap(path, path.replace('/en/', '/de/'));
    },
  },
  {
    what: 'a duration in the timeline that is half a second too long',
    of: 'dash-segments',
    codes: ['SEGMENT_DURATION'],
    damage: (copy) => copy.replace(MPD, 'd="25600" r="2"', 'd="32000" r="2"'),
  },
  {
    what: 'audio that is listed a second later',
    of: 'dash-segments',
    codes: ['START_APART'],
    damage: (copy) => copy.replace(MPD, /(timescale="48000"[^>]*audio\/de[\s\S]*?<S t=)"0"/, '$1"48000"'),
  },
  {
    what: 'the initialisation segment of another Representation',
    of: 'dash-segments',
    codes: ['INIT_OF_ANOTHER'],
    damage: (copy) => copy.replace(MPD, 'video/2/init.mp4', 'video/1/init.mp4'),
  },
  {
    what: 'no initialisation segment',
    of: 'dash-segments',
    codes: ['INIT_MISSING'],
    damage: (copy) => copy.replace(MPD, ' initialization="video/2/init.mp4"', ''),
  },
  {
    what: 'two segments that changed places',
    of: 'dash-segments',
    codes: ['SEGMENT_TIME'],
    damage: (copy) => copy.swap('video/2/seg-2.m4s', 'video/2/seg-3.m4s'),
  },
  {
    what: 'a segment that is missing',
    of: 'dash-segments',
    codes: ['FILE_MISSING'],
    damage: (copy) => copy.remove('audio/de/seg-2.m4s'),
  },
  {
    what: 'a last segment whose end is missing',
    of: 'dash-segments',
    codes: ['DAMAGED'],
    damage: (copy) => copy.edit('video/1/seg-4.m4s', (bytes) => bytes.subarray(0, 9000)),
  },
  {
    what: 'an index range that begins elsewhere',
    of: 'dash',
    codes: ['RANGE_OF_INDEX'],
    damage: (copy) => copy.replace(MPD, 'indexRange="1453-1540"', 'indexRange="1453-1520"'),
  },
];

/** What is wrong in the files of DASH. */
export const DASH_FILE_DAMAGES: readonly Damage[] = [
  {
    what: 'a file with an index that is missing',
    of: 'dash',
    codes: ['FILE_MISSING'],
    damage: (copy) => copy.remove(VIDEO),
  },
  {
    what: 'a file with an index that is a link out of the package',
    of: 'dash',
    beside: true,
    codes: ['DAMAGED'],
    damage: (copy) => copy.linkOut(VIDEO),
  },
  {
    what: 'a row of "sidx" that is a byte too long',
    of: 'dash',
    codes: ['INDEX_RANGES'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => void addTo(bytes, rowOfIndex(bytes, 1), 1)),
  },
  {
    what: 'a duration in "sidx" that is half a second off',
    of: 'dash',
    codes: ['INDEX_DURATION'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => void addTo(bytes, rowOfIndex(bytes, 1) + 4, 6400)),
  },
  {
    what: 'a start in "sidx" that is a second off',
    of: 'dash',
    codes: ['INDEX_TIME'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        const at = payloadAt(bytes, 'sidx');
        addTo(bytes, at + (bytes[at] === 1 ? 16 : 12), 12800);
        return undefined;
      }),
  },
  {
    what: 'an IV that comes again',
    of: 'dash',
    codes: ['IV_REUSED'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        // The IV of the first sample of one fragment in place of that of another.
        const [from, to] = [payloadAt(bytes, 'senc') + 8, payloadAt(bytes, 'senc', 2) + 8];
        bytes.copy(bytes, to, from, from + 8);
        return undefined;
      }),
  },
  {
    what: 'an IV of zeros',
    of: 'dash',
    codes: ['IV_ZERO'],
    damage: (copy) =>
      copy.edit(
        VIDEO,
        (bytes) => void bytes.fill(0, payloadAt(bytes, 'senc') + 8, payloadAt(bytes, 'senc') + 16),
      ),
  },
  {
    what: 'a slice in the clear',
    of: 'dash',
    codes: ['CLEAR_SLICE'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        const last = lastPart(bytes);
        bytes.writeUInt16BE(bytes.readUInt16BE(last) + bytes.readUInt32BE(last + 2), last);
        bytes.writeUInt32BE(0, last + 2);
        return undefined;
      }),
  },
  {
    what: 'a protected part that is no whole number of blocks',
    of: 'dash',
    codes: ['PARTIAL_BLOCKS'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        const last = lastPart(bytes);
        bytes.writeUInt16BE(bytes.readUInt16BE(last) + 3, last);
        addTo(bytes, last + 2, -3);
        return undefined;
      }),
  },
  {
    what: 'a wrong key id in one "tenc"',
    of: 'dash',
    codes: ['KID_IN_FILE'],
    damage: (copy) =>
      copy.edit('media-audio-de.mp4', (bytes) => void flip(bytes, payloadAt(bytes, 'tenc') + 8)),
  },
  {
    what: 'a wrong key id in a "seig" group',
    of: 'dash-rotated',
    codes: ['KID_IN_FILE'],
    damage: (copy) =>
      copy.edit(
        VIDEO,
        (bytes) => void flip(bytes, bytes.indexOf('7071727374', payloadAt(bytes, 'sgpd'), 'hex')),
      ),
  },
];

/** Where a row of the first `sidx` begins (ISO/IEC 14496-12, 8.16.3). */
function rowOfIndex(bytes: Buffer, row: number): number {
  const at = payloadAt(bytes, 'sidx');
  return at + (bytes[at] === 1 ? 28 : 20) + 4 + 12 * row;
}

const addTo = (bytes: Buffer, at: number, more: number): void => {
  bytes.writeUInt32BE(bytes.readUInt32BE(at) + more, at);
};

/** Where the last part of the first sample of the first `senc` is described: IVs have 8 bytes. */
function lastPart(bytes: Buffer): number {
  const at = payloadAt(bytes, 'senc') + 8 + 8;
  return at + 2 + 6 * (bytes.readUInt16BE(at) - 1);
}

/** Change the bytes that a text holds in Base64. */
function inBase64(copy: PackageCopy, pattern: RegExp, change: (bytes: Buffer) => void): void {
  copy.replace(MPD, pattern, (_, before, text) => {
    const bytes = Buffer.from(text!, 'base64');
    change(bytes);
    return before + bytes.toString('base64');
  });
}

/** Change the header of the PlayReady object of mspr:pro; its length stays. */
const inHeader = (copy: PackageCopy, change: (text: string) => string): void =>
  inBase64(copy, /(<mspr:pro>)([^<]+)/, (bytes) => {
    Buffer.from(change(bytes.subarray(10).toString('utf16le')), 'utf16le').copy(bytes, 10);
  });
