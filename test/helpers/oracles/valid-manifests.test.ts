/** Manifests that are sound but for one thing: each must be found, or the checks of `packageWith` say nothing. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import HLS from 'hls-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cmaf, dashCenc, hlsAes, hlsNcg } from '../../../plugins/index.ts';
import { ffmpeg } from '../commands/command.ts';
import { temporaryFolder } from '../commands/folders.ts';
import { thumbnailFolder } from '../media/thumbnail-media.ts';
import { outputFolder, packageWith } from '../titles/package.ts';
import { manifestFaults } from './valid-manifests.ts';
import { parsePlaylist } from './valid-playlists.ts';
import { MPD_SCHEMA } from './xmllint.ts';

const test = suite('valid manifests');

const MEDIA = join(import.meta.dirname, '../../media');
const RENDITIONS = ['360p', '270p'].map((size) => join(MEDIA, `sample-${size}.mp4`));

let made: Promise<string> | undefined;

/** A title in modes that have among them each kind of manifest, segment and key; sound is there in several codecs. */
function output(): Promise<string> {
  made ??= makeOutput();
  return made;
}

async function makeOutput(): Promise<string> {
  const sound = join(temporaryFolder('sound'), 'ac3.mp4');
  await ffmpeg(['-i', RENDITIONS[0]!, '-vn', '-c:a', 'ac3', sound]);
  const modes = [cmaf(), dashCenc({ layout: 'segments' }), hlsAes({ container: 'ts' }), hlsNcg()];
  const grid = { interval: 2, columns: 3, rows: 2 };
  const thumbnails = [{ folder: await thumbnailFolder(RENDITIONS[1]!, grid), ...grid, webvtt: true }];
  return (await packageWith(modes, { inputs: [...RENDITIONS, sound], thumbnails })).output;
}

/** What is wrong when the first match of a pattern in a manifest is something else. */
async function faultsWith(path: string, pattern: RegExp | string, replacement: string): Promise<string> {
  const [prefix = '', ...rest] = path.split('/');
  const folder = join(await output(), outputFolder(prefix, RENDITIONS[0]!));
  const file = join(folder, ...rest);
  const text = await readFile(file, 'utf8');
  const broken = text.replace(pattern, replacement);
  assert.is.not(broken, text, `${pattern} is in ${path}`);
  await writeFile(file, broken);
  const faults = await manifestFaults(folder);
  await writeFile(file, text);
  return faults.join('\n');
}

type Broken = readonly [what: string, pattern: RegExp | string, replacement: string, found: RegExp];

const MASTER: readonly Broken[] = [
  ['a group that is not there', 'AUDIO="audio"', 'AUDIO="other"', /AUDIO attribute MUST match/],
  ['a group that nobody has', /AUDIO="audio-ac-3"/g, 'AUDIO="audio"', /no variant has group "audio-ac-3"/],
  ['a group with other languages', 'LANGUAGE="und"', 'LANGUAGE="ko"', /groups of AUDIO have other languages/],
  ['a variant without a playlist', '\nvideo-2/stream', '\nvideo-3/stream', /video-3.* is no media playlist/],
  ['BANDWIDTH that is too small', /BANDWIDTH=\d/, 'BANDWIDTH=', /has BANDWIDTH \d+ and needs/],
  ['AVERAGE-BANDWIDTH that is', /AVERAGE-BANDWIDTH=\d/, 'AVERAGE-BANDWIDTH=', /AVERAGE-BANDWIDTH \d+, with/],
  ['a session key that no playlist has', /(SESSION-KEY:.*skd:..)/, '$1x', /no media playlist has the key/],
  [
    'a variant that is an I-frame playlist',
    '\nvideo-1/stream',
    '\nvideo-1/iframe',
    /has EXT-X-I-FRAMES-ONLY/,
  ],
  ['I-frames that are a variant', '"video-1/iframe', '"video-1/stream', /lacks EXT-X-I-FRAMES-ONLY/],
  ['a version below that of its keys', 'VERSION:5', 'VERSION:4', /EXT-X-VERSION needs to be 5/],
  [
    'a word for what is quoted',
    /CODECS="([^"]*)"/,
    'CODECS=$1',
    /not a (list of attributes|value of CODECS)/,
  ],
  ['an attribute that is none', 'FRAME-RATE=', 'FRAMERATE=', /not a value of FRAMERATE/],
  ['a tag that is none', '#EXT-X-INDEPENDENT', '#EXT-X-INDEPENDANT', /not a tag/],
  ['images that are a variant', '"thumbnails-1/', '"video-1/', /lacks EXT-X-IMAGES-ONLY/],
  ['tiles of another size', /(IMAGE.*RESOLUTION=)\d/, '$19', /has other tiles/],
  ['images of another format', 'CODECS="jpeg"', 'CODECS="png"', /has other images/],
  ['images that need more', /(IMAGE-STREAM-INF:BANDWIDTH=)\d/, '$1', /has BANDWIDTH \d+ and needs/],
];

const SEGMENTS: readonly Broken[] = [
  [
    'an EXTINF past the target duration',
    /EXTINF:2\.0/,
    'EXTINF:9.0',
    /less than or equal to the target duration/,
  ],
  ['another target duration', /TARGETDURATION:\d+/, 'TARGETDURATION:7', /target durations of/],
  ['a range behind the file', /BYTERANGE:(\d+)@/, 'BYTERANGE:9$1@', /is not in media\.mp4/],
  ['a range that begins elsewhere', /(BYTERANGE:\d+@\d+)/, '$10', /segment 0/],
  ['a file that is not there', '\nmedia.mp4', '\nother.mp4', /ENOENT/],
  ['no end', '#EXT-X-ENDLIST\n', '', /not said to be complete/],
  ['no EXT-X-MAP', /#EXT-X-MAP.*\n/, '', /without EXT-X-MAP/],
  ['an EXT-X-MAP of something else', /(EXT-X-MAP.*BYTERANGE=")\d+/, '$124', /EXT-X-MAP/],
  ['two keys of a format', /(#EXT-X-KEY.*\n)/, '$1$1', /two keys of one KEYFORMAT/],
  ['a version below that of EXT-X-MAP', 'VERSION:6', 'VERSION:5', /EXT-X-VERSION needs to be 6/],
  ['a control character', '\nmedia.mp4', '\nmedia.mp4\t', /control character/],
];

const PLAYLISTS: Readonly<Record<string, readonly Broken[]>> = {
  'CMAF/master.m3u8': MASTER,
  'CMAF/video-1/stream.m3u8': SEGMENTS,
  'CMAF/video-1/iframe.m3u8': [
    ['a range that does not begin at a moof', /(BYTERANGE:\d+@)\d+/, '$10', /begins with "ftyp"/],
    ['a range without its picture', /BYTERANGE:\d+/, 'BYTERANGE:64', /"moof" at|does not end in its "mdat"/],
  ],
  'CMAF/thumbnails-1/stream.m3u8': [
    ['an image for another time', 'EXTINF:12', 'EXTINF:11', /is for 11 s, and its tiles for 12/],
    ['an image without tiles', /#EXT-X-TILES.*\n/, '', /has no EXT-X-TILES/],
    ['an image that is not there', '\nimage-2', '\nimage-3', /ENOENT/],
    ['images without an end', '#EXT-X-ENDLIST\n', '', /not said to be complete/],
  ],
  'HLS/media-1/stream.m3u8': [
    ['a piece of a packet', /BYTERANGE:\d+/, 'BYTERANGE:189', /not whole packets/],
    ['SAMPLE-AES in an old version', /VERSION:5(.*),KEYFORMAT=[^\n]*/s, 'VERSION:4$1', /SAMPLE-AES needs/],
  ],
  'HLS-NCG/media-1/stream.m3u8': [
    ['a piece of a block', /BYTERANGE:\d+/, 'BYTERANGE:17', /not whole blocks/],
    ['an IV of other length', /IV=0x\w\w/, 'IV=0x', /IV must be a 128-bit/],
  ],
};

const IDS: readonly Broken[] = [
  ['a Representation twice', 'id="video-2"', 'id="video-1"', /@id "video-1"/],
  ['an AdaptationSet twice', 'AdaptationSet id="2"', 'AdaptationSet id="1"', /@id "1"/],
];

/** What is before the role of the second set of sound, and its Role as far as the value. */
const SECOND_SOUND = /(contentType="audio".*contentType="audio".*?)(<Role [^>]*value=")main"\/>/s;

const MPDS: Readonly<Record<string, readonly Broken[]>> = {
  'CMAF/stream.mpd': [
    ...IDS,
    ['no main programme', 'value="main"', 'value="dub"', /not one main programme of video/],
    ['a second main programme', SECOND_SOUND, '$1$2main"/>$2dub"/>', /not one main programme of audio/],
    ['another codec of the main one', SECOND_SOUND, '$1$2alternate"/>', /not one main programme of audio/],
    ['codecs that share a set', /codecs="avc1/, 'codecs="hvc1', /@codecs of hvc1 and avc1/],
    ['a smaller largest picture', /maxWidth="\d/, 'maxWidth="', /@maxWidth is not/],
    ['another key', /default_KID="\w/, 'default_KID="f', /protected as cbcs,f/],
    ['another scheme', 'value="cbcs"', 'value="cenc"', /protected as cenc,.* is cbcs/],
    ['a box of another system', /edef8ba9/i, 'edef8ba8', /cenc:pssh of edef8ba8/],
    ['an index that is elsewhere', /indexRange="\d/, 'indexRange="', /AdaptationSet 1/],
    ['@bandwidth that is not enough', /bandwidth="(\d)/, 'bandwidth="1', /@bandwidth .* needs/],
    ['a grid that no image has', 'value="3x2"', 'value="7x2"', /pixels of 7,2 tiles/],
    ['more images than there are', 'endNumber="2"', 'endNumber="3"', /ENOENT/],
    ['images of another type', 'image/jpeg', 'image/png', /is of another type/],
    ['images that need more', /(id="thumbnails-1" bandwidth=")\d/, '$1', /needs more than @bandwidth/],
    [
      'another duration',
      /mediaPresentationDuration="PT\d/,
      'mediaPresentationDuration="PT',
      /segments end at/,
    ],
  ],
  'DASH/stream.mpd': [
    ...IDS,
    ['a segment that is not there', / r="(\d)"/, ' r="$19"', /ENOENT|segments and/],
    ['times that others do not have', / d="(\d+)"/, ' d="1$1"', /begins at|segments end at/],
  ],
};

for (const [path, rows] of [...Object.entries(PLAYLISTS), ...Object.entries(MPDS)]) {
  for (const [what, pattern, replacement, found] of rows) {
    test(`${path}: ${what}`, async () => {
      assert.match(await faultsWith(path, pattern, replacement), found);
    });
  }
}

test('nothing is wrong with them as they were written', async () => {
  assert.equal(await manifestFaults(await output()), []);
});

if (existsSync(MPD_SCHEMA)) {
  test('what the schema does not know is found', async () => {
    assert.match(await faultsWith('DASH/stream.mpd', ' type="static"', ' type="still"'), /validity error/);
  });
}

test('an apostrophe, at which hls-parser loses what is behind it, is a character like others', () => {
  const text = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="N'Ko",DEFAULT=YES,URI="a.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"
v.m3u8
`;
  const uri = (playlist: ReturnType<typeof parsePlaylist>) =>
    playlist.isMasterPlaylist ? playlist.variants[0]!.audio[0]!.uri : undefined;
  assert.is(uri(HLS.parse(text)), undefined, 'as long as this is so');
  assert.is(uri(parsePlaylist(text)), 'a.m3u8');
});

test.run();
