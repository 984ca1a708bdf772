/** Files that are no input: what they seem to be is said, by what is in them and not by their names. */

import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import { dashCenc, demuxMkvTs, demuxMp4 } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { failureOf, testKey, titleOptions } from '../helpers/titles/package.ts';

const test = suite('files that are no input');
const folder = temporaryFolder('foreign');

/** What is said of a file, whose name says something else. */
async function saidOf(
  path: string,
  demuxers = [demuxMp4(), demuxMkvTs()],
): Promise<{ message: string; hint: string }> {
  const named = join(folder, 'movie.mp4');
  await copyFile(path, named);
  const title = titleOptions({ inputs: [named] });
  const error = await failureOf(packageTitle({ title, plugins: [...demuxers, dashCenc(), testKey()] }));
  assert.equal([error.code, error.exit], ['NOT_MEDIA', 3], error.message);
  return { message: error.message.replace(named, ''), hint: error.hint ?? '' };
}

const PICTURES = ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=25:d=0.6'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=d=0.6'];

/** Made by ffmpeg: the muxer's name, what of it is wanted, and what is said. */
const MADE: readonly (readonly [file: string, args: readonly string[], said: string])[] = [
  ['a.avi', [...PICTURES, ...SOUND, '-c:v', 'mpeg4', '-c:a', 'mp3'], 'an AVI file'],
  ['a.flv', [...PICTURES, '-c:v', 'flv1'], 'an FLV file'],
  ['a.mxf', [...PICTURES, '-c:v', 'mpeg2video'], 'an MXF file'],
  ['a.wmv', [...PICTURES, '-c:v', 'wmv2'], 'a Windows Media file (ASF)'],
  ['a.ogg', [...SOUND, '-c:a', 'libvorbis'], 'an Ogg file'],
  ['a.mpg', [...PICTURES, '-c:v', 'mpeg2video', '-f', 'vob'], 'an MPEG program stream'],
  ['a.m2v', [...PICTURES, '-c:v', 'mpeg2video'], 'a raw MPEG-2 video stream'],
  ['a.ivf', [...PICTURES, '-c:v', 'libvpx'], 'an IVF file'],
  ['a.y4m', [...PICTURES, '-pix_fmt', 'yuv420p'], 'uncompressed video (YUV4MPEG2)'],
  ['a.wav', SOUND, 'a WAV file'],
  ['a.aiff', SOUND, 'an AIFF file'],
  ['a.caf', [...SOUND, '-c:a', 'pcm_s16be'], 'a Core Audio file (CAF)'],
  ['a.flac', SOUND, 'a FLAC file'],
  ['tagged.mp3', SOUND, 'an MP3 file'],
  ['plain.mp3', [...SOUND, '-id3v2_version', '0', '-write_xing', '0'], 'an MP3 file'],
  ['a.aac', [...SOUND, '-c:a', 'aac'], 'a raw AAC stream (ADTS)'],
  ['a.ac3', SOUND, 'a raw AC-3 stream'],
  ['a.eac3', SOUND, 'a raw E-AC-3 stream'],
  ['a.h264', [...PICTURES, '-c:v', 'libx264'], 'a raw H.264 stream'],
  ['a.hevc', [...PICTURES, '-c:v', 'libx265', '-x265-params', 'log-level=none'], 'a raw HEVC stream'],
  ['a.jpg', [...PICTURES, '-frames:v', '1', '-update', '1'], 'a JPEG image'],
  ['a.png', [...PICTURES, '-frames:v', '1', '-update', '1'], 'a PNG image'],
  ['a.gif', PICTURES, 'a GIF image'],
  ['a.tiff', [...PICTURES, '-frames:v', '1', '-update', '1'], 'a TIFF image'],
  ['a.bmp', [...PICTURES, '-frames:v', '1', '-update', '1'], 'a BMP image'],
];

for (const [file, args, said] of MADE) {
  test(`${file} is ${said}`, async () => {
    await ffmpeg([...args, join(folder, file)]);
    const { message, hint } = await saidOf(join(folder, file));
    assert.is(message, ` is not media that can be read: it seems to be ${said}.`);
    assert.match(hint, /^[A-Z].*[.)] Inputs are MP4, MOV, Matroska, WebM and MPEG-TS files\.$/);
  });
}

/** As packed audio of HLS begins (RFC 8216, 3.4): a tag of 63 bytes that holds no more than a time stamp. */
const TAG = Buffer.concat([Buffer.from('49443304000000000035', 'hex'), Buffer.alloc(53, 'PRIV')]);

for (const [file, said] of [
  ['a.aac', 'a raw AAC stream (ADTS)'],
  ['a.ac3', 'a raw AC-3 stream'],
  ['a.eac3', 'a raw E-AC-3 stream'],
  ['a.flac', 'a FLAC file'],
  ['plain.mp3', 'an MP3 file'],
] as const) {
  test(`${file} behind an ID3 tag is ${said}`, async () => {
    const path = join(folder, `tagged-${file}`);
    await writeFile(path, Buffer.concat([TAG, await readFile(join(folder, file))]));
    assert.is((await saidOf(path)).message, ` is not media that can be read: it seems to be ${said}.`);
  });
}

test('what is behind a tag that is larger than what is looked at is not guessed', async () => {
  const path = join(folder, 'cover.mp3');
  await writeFile(
    path,
    Buffer.concat([Buffer.from('4944330400000003000000', 'hex'), Buffer.alloc(70_000, 1)]),
  );
  const said = ' is not media that can be read: it seems to be sound behind an ID3 tag.';
  assert.is((await saidOf(path)).message, said);
});

const SRT = '1\n00:00:01,000 --> 00:00:02,500\nHello, world\n\n2\n00:00:03,000 --> 00:00:04,000\nBye\n';
const ZIP = Buffer.from('504b030414000000080000002100', 'hex');

const WRITTEN: readonly (readonly [what: string, content: string | Uint8Array, said: string])[] = [
  ['SubRip', SRT, 'a SubRip subtitle file'],
  [
    'SubRip with a byte order mark and CRLF',
    `\uFEFF${SRT.replaceAll('\n', '\r\n')}`,
    'a SubRip subtitle file',
  ],
  ['SubRip in UTF-16', Buffer.from(`\uFEFF${SRT}`, 'utf16le'), 'a SubRip subtitle file'],
  ['SubRip in Latin-1', Buffer.from(SRT.replace('Hello', 'Où ça'), 'latin1'), 'a SubRip subtitle file'],
  ['WebVTT', `WEBVTT\n\n${SRT.replaceAll(',', '.')}`, 'a WebVTT subtitle file'],
  ['ASS', '[Script Info]\nTitle: x\n', 'an ASS or SSA subtitle file'],
  [
    'TTML',
    '<?xml version="1.0"?>\n<!-- x -->\n<tt xmlns="http://www.w3.org/ns/ttml"><body/></tt>',
    'a TTML subtitle file',
  ],
  ['SCC', 'Scenarist_SCC V1.0\n\n00:00:01:00\t9420', 'an SCC caption file'],
  ['an MPD', '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>', 'a DASH manifest (MPD)'],
  ['HLS', '#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:4,\na.ts\n', 'an HLS playlist'],
  ['M3U', '#EXTM3U\nsong.mp3\n', 'a playlist'],
  ['HTML', '\n<!DOCTYPE html><html><title>Login</title>', 'a web page'],
  ['LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12\n', 'a Git LFS pointer'],
  ['XML', '<?xml version="1.0"?><feed/>', 'an XML document'],
  ['blank lines', '\r\n\r\n \n', 'a text file with nothing but white space'],
  ['notes', 'Take three, scene four\n', 'a text file'],
  ['ZIP', Buffer.concat([ZIP, Buffer.alloc(4000, 7)]), 'a ZIP archive'],
  ['gzip', gzipSync(Buffer.alloc(9000, 'media')), 'a gzip archive'],
  [
    'ISO',
    Buffer.concat([Buffer.alloc(32768), Buffer.from('\x01CD001\x01'), Buffer.alloc(9000)]),
    'a disc image (ISO 9660)',
  ],
  ['zeros', Buffer.alloc(100_000), 'empty at its start (zeros)'],
];

for (const [what, content, said] of WRITTEN) {
  test(`${what} is ${said}`, async () => {
    const path = join(folder, 'written');
    await writeFile(path, content);
    assert.is((await saidOf(path)).message, ` is not media that can be read: it seems to be ${said}.`);
  });
}

test('what may have been meant as subtitles is told which of those are read', async () => {
  const path = join(folder, 'written');
  const subtitles = / Subtitles are WebVTT, SubRip and TTML files\.$/;
  for (const content of [
    '\n\n',
    '<!DOCTYPE html><html>',
    '<?xml version="1.0"?><feed/>',
    'notes',
    '[Script Info]',
  ]) {
    await writeFile(path, content);
    assert.match((await saidOf(path)).hint, subtitles, JSON.stringify(content));
  }
  await writeFile(path, ZIP);
  assert.not.match((await saidOf(path)).hint, subtitles);
});

test('what nobody knows is said to be that', async () => {
  const path = join(folder, 'unknown');
  await writeFile(path, Buffer.from('01020304050607080900ffee', 'hex'));
  assert.match((await saidOf(path)).message, 'no demuxer knows its format');
});

test('media whose demuxer the config has not: which one it is', async () => {
  const mp4 = await saidOf(await oddMedia('video-only'), [demuxMkvTs()]);
  assert.match(mp4.message, 'it seems to be MP4.');
  assert.match(mp4.hint, 'add a demuxer for MP4.');
  for (const [file, format] of [
    ['a.mkv', 'Matroska'],
    ['a.ts', 'MPEG-TS'],
  ] as const) {
    await ffmpeg([...PICTURES, '-c:v', 'libx264', join(folder, file)]);
    const { hint } = await saidOf(join(folder, file), [demuxMp4()]);
    assert.match(hint, `add a demuxer for ${format}.`);
  }
});

test.run();
