import { type Damage, sayTransfer } from './damage.ts';

const FIRST = 'video-1/stream.m3u8';

/** What is wrong with playlists alone. */
export const HLS_DAMAGES: readonly Damage[] = [
  {
    what: 'a byte range that begins a few bytes later',
    of: 'hls-fmp4',
    codes: ['RANGE_OF_SEGMENT'],
    damage: (copy) =>
      copy.replace(
        FIRST,
        /BYTERANGE:(\d+)@(\d+)(?=\nmedia.mp4\n#EXT-X-ENDLIST)/,
        (_, length, offset) => `BYTERANGE:${Number(length) - 5}@${Number(offset) + 5}`,
      ),
  },
  {
    what: 'a playlist whose end is cut off',
    of: 'hls-fmp4',
    codes: ['MANIFEST_SYNTAX'],
    damage: (copy) => copy.replace(FIRST, /#EXT-X-ENDLIST\n/, ''),
  },
  {
    what: 'a segment that is not listed',
    of: 'hls-fmp4',
    codes: ['RANGE_GAP'],
    damage: (copy) => copy.replace(FIRST, /#EXTINF[^\n]*\n#EXT-X-BYTERANGE:\d+@86044\nmedia.mp4\n/, ''),
  },
  {
    what: 'a gap in fMP4, where samples are',
    of: 'hls-fmp4',
    beside: true,
    codes: ['SAMPLE_LOST'],
    damage: (copy) =>
      copy.replace(
        'audio-de/stream.m3u8',
        /(#EXTINF[^\n]*\n[^\n]*\nmedia.mp4\n#EXT-X-ENDLIST)/,
        '#EXT-X-GAP\n$1',
      ),
  },
  {
    what: 'a playlist that lists gaps alone',
    of: 'hls-ts',
    codes: ['FILE_UNLISTED', 'MANIFEST_SYNTAX'],
    damage: (copy) => copy.replace('text-de/stream.m3u8', /#EXTINF/g, '#EXT-X-GAP\n#EXTINF'),
  },
  {
    what: 'no key line in one playlist',
    of: 'hls-fmp4',
    codes: ['KEY_LINE_MISSING'],
    damage: (copy) => copy.replace(FIRST, /#EXT-X-KEY[^\n]*\n/, ''),
  },
  {
    what: 'a key line before a later segment alone',
    of: 'hls-fmp4',
    codes: ['KEY_LINE_MISSING'],
    damage: (copy) => copy.replace(FIRST, /(#EXT-X-KEY[^\n]*\n)([\s\S]*?\nmedia.mp4\n)/, '$2$1'),
  },
  {
    what: 'key lines of two periods that changed places',
    of: 'hls-rotated',
    codes: ['KEY_OF_ANOTHER_PERIOD'],
    damage: (copy) => copy.replace(FIRST, /skd:\/\/(30\w+)([\s\S]*)skd:\/\/(70\w+)/, 'skd://$3$2skd://$1'),
  },
  {
    what: 'a key line that names a key of nothing',
    of: 'hls-fmp4',
    codes: ['KID_IN_MANIFEST'],
    damage: (copy) => copy.replace(FIRST, 'skd://10111213', 'skd://deadbeef'),
  },
  {
    what: 'a key line whose Widevine data names another key than its PlayReady data',
    of: 'cmaf',
    codes: ['KID_IN_PSSH'],
    damage: (copy) => {
      const audio = /KEY:[^\n]*base64,(AAAAOHBzc2[^"]*)"/.exec(
        copy.bytes('audio-de/stream.m3u8').toString(),
      )![1]!;
      copy.replace(FIRST, /base64,AAAAOHBzc2[^"]*"/, `base64,${audio}"`);
    },
  },
  {
    what: 'a session key that no media playlist has',
    of: 'hls-fmp4',
    codes: ['SESSION_KEY'],
    damage: (copy) => copy.replace('master.m3u8', /(SESSION-KEY[^\n]*skd:\/\/)10111213/, '$1deadbeef'),
  },
  {
    what: 'METHOD of another scheme',
    of: 'hls-fmp4',
    codes: ['SCHEME_MISMATCH'],
    damage: (copy) => copy.replace('audio-de/stream.m3u8', 'METHOD=SAMPLE-AES,', 'METHOD=SAMPLE-AES-CTR,'),
  },
  {
    what: 'an IV in a key line of FairPlay',
    of: 'hls-fmp4',
    codes: ['IV_OF_KEY_LINE', 'APPLE_KEY_IV'],
    damage: (copy) =>
      copy.replace(
        'audio-de/stream.m3u8',
        'METHOD=SAMPLE-AES,',
        `METHOD=SAMPLE-AES,IV=0x${'07'.repeat(16)},`,
      ),
  },
  {
    what: 'EXTINF half a second too long',
    of: 'hls-fmp4',
    codes: ['SEGMENT_DURATION'],
    damage: (copy) => copy.replace(FIRST, '#EXTINF:2.000000', '#EXTINF:2.500000'),
  },
  {
    what: 'EXTINF too short',
    of: 'hls-ts',
    codes: ['SEGMENT_DURATION'],
    damage: (copy) => copy.replace('media-2/stream.m3u8', /#EXTINF:2\.0\d+/, '#EXTINF:1.600000'),
  },
  {
    what: 'a target duration that is too small',
    of: 'hls-fmp4',
    codes: ['TARGET_DURATION'],
    damage: (copy) => copy.replace(FIRST, 'TARGETDURATION:2', 'TARGETDURATION:1'),
  },
  {
    what: 'BANDWIDTH of a tenth',
    of: 'hls-fmp4',
    codes: ['BANDWIDTH'],
    damage: (copy) =>
      copy.replace('master.m3u8', /STREAM-INF:BANDWIDTH=(\d+)\d,AVERAGE/, 'STREAM-INF:BANDWIDTH=$1,AVERAGE'),
  },
  {
    what: 'BANDWIDTH half as much again',
    of: 'hls-ts',
    codes: ['BANDWIDTH_INEXACT'],
    damage: (copy) =>
      copy.replace(
        'master.m3u8',
        /STREAM-INF:BANDWIDTH=(\d+)/,
        (_, rate) => `STREAM-INF:BANDWIDTH=${Math.round(1.5 * Number(rate))}`,
      ),
  },
  {
    what: 'AVERAGE-BANDWIDTH twice as much',
    of: 'hls-fmp4',
    codes: ['AVERAGE_BANDWIDTH'],
    damage: (copy) =>
      copy.replace(
        'master.m3u8',
        /AVERAGE-BANDWIDTH=(\d+)/,
        (_, rate) => `AVERAGE-BANDWIDTH=${2 * Number(rate)}`,
      ),
  },
  {
    what: 'CODECS of another profile',
    of: 'hls-fmp4',
    codes: ['CODECS'],
    damage: (copy) => copy.replace('master.m3u8', /"avc1\.64001f,/, '"avc1.42c01f,'),
  },
  {
    what: 'CODECS without those of the audio group',
    of: 'hls-ts',
    codes: ['CODECS'],
    damage: (copy) => copy.replace('master.m3u8', /,mp4a\.40\.2"/, '"'),
  },
  {
    what: 'RESOLUTION of another rendition',
    of: 'hls-fmp4',
    codes: ['RESOLUTION'],
    damage: (copy) => copy.replace('master.m3u8', /(#EXT-X-STREAM-INF[^\n]*RESOLUTION=)480x270/, '$1640x360'),
  },
  {
    what: 'VIDEO-RANGE of another film',
    of: 'hls-fmp4',
    codes: ['VIDEO_RANGE'],
    damage: (copy) => copy.replace('master.m3u8', 'FRAME-RATE=25.000', 'FRAME-RATE=25.000,VIDEO-RANGE=PQ'),
  },
  {
    what: 'pictures that say PQ, under a playlist that says nothing',
    of: 'hls-fmp4',
    codes: ['VIDEO_RANGE'],
    damage: (copy) => copy.edit('video-2/media.mp4', (bytes) => void sayTransfer(bytes, 16)),
  },
  {
    what: 'another initialisation section in the course of a playlist',
    of: 'hls-fmp4',
    codes: ['DISCONTINUITY_MISSING'],
    damage: (copy) => {
      const map = /#EXT-X-MAP[^\n]*\n/.exec(copy.bytes(FIRST).toString())![0];
      copy.write(
        'video-1/init.mp4',
        copy.bytes('video-1/media.mp4').subarray(0, Number(/"(\d+)@0"/.exec(map)![1])),
      );
      copy.replace(FIRST, /(#EXTINF[^\n]*\n#EXT-X-BYTERANGE:\d+@169654)/, '#EXT-X-MAP:URI="init.mp4"\n$1');
    },
  },
  {
    what: 'a discontinuity where nothing changes',
    of: 'hls-fmp4',
    codes: ['DISCONTINUITY_NEEDLESS'],
    damage: (copy) =>
      copy.replace(FIRST, /(#EXTINF[^\n]*\n#EXT-X-BYTERANGE:\d+@169654)/, '#EXT-X-DISCONTINUITY\n$1'),
  },
  {
    what: 'FRAME-RATE of another film',
    of: 'hls-fmp4',
    codes: ['FRAME_RATE'],
    damage: (copy) => copy.replace('master.m3u8', 'FRAME-RATE=25.000', 'FRAME-RATE=50.000'),
  },
  {
    what: 'a language that the sound is not in',
    of: 'hls-fmp4',
    codes: ['LANGUAGE'],
    damage: (copy) =>
      copy.replace('master.m3u8', 'NAME="German",LANGUAGE="de"', 'NAME="German",LANGUAGE="fr"'),
  },
  {
    what: 'more channels than there are',
    of: 'hls-ts',
    codes: ['CHANNELS'],
    damage: (copy) => copy.replace('master.m3u8', /(German[^\n]*CHANNELS=)"2"/, '$1"6"'),
  },
  {
    what: 'an audio group that there is not',
    of: 'hls-fmp4',
    codes: ['GROUP_MISSING'],
    damage: (copy) => copy.replace('master.m3u8', 'AUDIO="audio"', 'AUDIO="surround"'),
  },
  {
    what: 'no initialisation section',
    of: 'hls-fmp4',
    codes: ['INIT_MISSING'],
    damage: (copy) => copy.replace('audio-de/stream.m3u8', /#EXT-X-MAP[^\n]*\n/, ''),
  },
  {
    what: 'the initialisation section of another rendition',
    of: 'hls-fmp4',
    codes: ['INIT_OF_ANOTHER'],
    damage: (copy) => copy.replace('video-2/stream.m3u8', 'URI="media.mp4"', 'URI="../video-1/media.mp4"'),
  },
  {
    what: 'an I-frame that ends too early',
    of: 'hls-fmp4',
    codes: ['IFRAME_RANGE'],
    damage: (copy) => copy.replace('video-1/iframe.m3u8', /BYTERANGE:(\d+)@86044/, 'BYTERANGE:9000@86044'),
  },
  ...(
    [
      ['first entry', /#EXTINF[^\n]*\n[^\n]*\n[^#\n]+\n/],
      ['third entry', /#EXTINF[^\n]*\n[^\n]*\n[^#\n]+\n(?=#EXTINF:0)/],
      // The last one is of two pictures alone: sound may be as much longer.
      ['last two entries', /(#EXTINF[^\n]*\n[^\n]*\n[^#\n]+\n){2}(?=#EXT-X-ENDLIST)/],
    ] as const
  ).flatMap(([where, entry]) =>
    (['hls-fmp4', 'hls-ts'] as const).map(
      (of): Damage => ({
        what: `an I-frame playlist without its ${where}`,
        of,
        codes: ['IFRAME_DURATION'],
        damage: (copy) => copy.replace(copy.file(/1\/iframe.m3u8/), entry, ''),
      }),
    ),
  ),
  {
    what: 'an I-frame that begins a packet later',
    of: 'hls-ts',
    codes: ['IFRAME_RANGE'],
    damage: (copy) =>
      copy.replace(
        'media-1/iframe.m3u8',
        /BYTERANGE:(\d+)@(\d+)(?=\nmedia.ts\n#EXT-X-END)/,
        (_, length, offset) => `BYTERANGE:${length}@${Number(offset) + 188}`,
      ),
  },
  {
    what: 'a version that is too low',
    of: 'hls-fmp4',
    codes: ['HLS_VERSION'],
    damage: (copy) => copy.replace(FIRST, 'VERSION:6', 'VERSION:3'),
  },
  {
    what: 'no LANGUAGE of subtitles',
    of: 'hls-ts',
    codes: ['APPLE_LANGUAGES'],
    damage: (copy) => copy.replace('master.m3u8', /(SUBTITLES[^\n]*),LANGUAGE="en"/, '$1'),
  },
  {
    what: 'no word of closed captions',
    of: 'hls-ts',
    codes: ['APPLE_CAPTIONS'],
    damage: (copy) => copy.replace('master.m3u8', /,CLOSED-CAPTIONS=NONE/g, ''),
  },
  {
    what: 'a file that is missing',
    of: 'hls-fmp4',
    codes: ['FILE_MISSING'],
    damage: (copy) => copy.remove('audio-de/media.mp4'),
  },
  {
    what: 'a segment of subtitles that is missing',
    of: 'hls-ts',
    codes: ['FILE_MISSING'],
    damage: (copy) => copy.remove('text-en/seg-3.vtt'),
  },
  {
    what: 'a file that nobody names',
    of: 'hls-ts',
    codes: ['FILE_UNLISTED'],
    damage: (copy) => copy.write('media-1/old.ts', 'nothing'),
  },
  {
    what: 'two audio renditions that changed places',
    of: 'hls-fmp4',
    codes: ['LANGUAGE'],
    damage: (copy) => {
      copy.swap('audio-en/stream.m3u8', 'audio-de/stream.m3u8');
      copy.swap('audio-en/media.mp4', 'audio-de/media.mp4');
    },
  },
];
