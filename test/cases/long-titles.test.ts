/** Counts with a ceiling: 24 hours in segments of a second, and a film in which every picture is a key frame. */

import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Parser } from 'm3u8-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identity, type Plugin } from '../../core/index.ts';
import { dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { IS_LONG } from '../helpers/commands/extent.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { DAY, DAY_RATE, dayOfPictures, dayTitle } from '../helpers/media/long-media.ts';
import { findBox, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { failureOf, filesBelow, outputFolder, packageWith, titleOptions } from '../helpers/titles/package.ts';

const test = suite('long titles');

const SYSTEMS = [identity({ uri: 'key.bin' })];

const playlist = async (path: string) => {
  const parser = new Parser();
  parser.push(await readFile(path, 'utf8'));
  parser.end();
  return parser.manifest;
};

interface HlsTitle {
  readonly plugin: Plugin;
  readonly input: () => Promise<string>;
  /** Of the mode's folder. */
  readonly prefix: string;
  /** Of the rendition with the pictures. */
  readonly folder: string;
  /** What it counts, the other title counts too. */
  readonly isLong: boolean;
}

/** Sound is in one title alone: a day of it costs as much as one of pictures. */
const HLS: Readonly<Record<string, HlsTitle>> = {
  'SAMPLE-AES in MPEG-TS': {
    plugin: hlsAes({ systems: SYSTEMS, container: 'ts' }),
    input: dayTitle,
    prefix: 'HLS',
    folder: 'media-1',
    isLong: true,
  },
  'cbcs in fMP4': {
    plugin: hlsAes({ systems: SYSTEMS, container: 'fmp4' }),
    input: dayOfPictures,
    prefix: 'HLS',
    folder: 'video-1',
    isLong: false,
  },
  'AES-128': {
    plugin: hlsNcg({ keyUri: 'key.bin' }),
    input: dayOfPictures,
    prefix: 'HLS-NCG',
    folder: 'media-1',
    isLong: true,
  },
};

for (const [name, { plugin, input: title, prefix, folder, isLong }] of Object.entries(HLS)) {
  if (isLong && !IS_LONG) continue;
  test(`24 hours in segments of a second, every picture a key frame: ${name}`, async () => {
    const input = await title();
    const { output } = await packageWith([plugin], { inputs: [input], segmentDuration: 1 });
    const path = join(output, outputFolder(prefix, input), folder, 'stream.m3u8');
    const { segments, targetDuration } = await playlist(path);
    assert.is(targetDuration, 1);
    assert.is(segments.length, DAY);
    const last = segments.at(-1)!.byterange!;
    assert.is(last.offset + last.length, (await stat(join(dirname(path), segments[0]!.uri))).size);
    const iframes = await playlist(join(dirname(path), 'iframe.m3u8'));
    assert.is(iframes.segments.length, DAY * DAY_RATE);
  });
}

test('86,400 segments are more than an index has room for: refused when the title is planned, with what to do', async () => {
  const title = titleOptions({ inputs: [await dayOfPictures()], segmentDuration: 1 });
  const { code, message, hint } = await failureOf(packageWith([dashCenc()], title));
  assert.is(code, 'UNSUPPORTED_INPUT');
  assert.match(message, /video track 1 .* is cut into 86400 segments, .* room for 65535/);
  assert.match(hint ?? '', /at least 1\.4 s, or .*layout: 'segments'/);
  assert.equal(await filesBelow(title.output), []);
});

test('with longer segments the index of 24 hours has all of them', async () => {
  const input = await dayOfPictures();
  const { output } = await packageWith([dashCenc()], { inputs: [input], segmentDuration: 1.5 });
  const file = await readFile(join(output, outputFolder('DASH', input), 'media-video-1.mp4'));
  const at = file.indexOf('sidx') - 4;
  const index = findBox(parseBoxes(file.subarray(at, at + file.readUInt32BE(at))), 'sidx');
  const references = index['references'] as readonly Record<string, number>[];
  assert.is(references.length, DAY / 1.5);
  const sum = (field: string): number => references.reduce((total, row) => total + row[field]!, 0);
  assert.is(sum('subsegment_duration') / (index['timescale'] as number), DAY);
  assert.is(at + file.readUInt32BE(at) + sum('referenced_size'), file.length);
});

const DAY_OF_IMAGES = ['sidx-65536', 'day-1fps.mp4'] as const;
if (hasFault(...DAY_OF_IMAGES)) {
  test('19 hours at a picture a second are refused too', async () => {
    const inputs = [fault(...DAY_OF_IMAGES)];
    const error = await failureOf(packageWith([dashCenc()], { inputs, segmentDuration: 1 }));
    assert.match(error.message, /is cut into 70000 segments/);
  });
}

test.run();
