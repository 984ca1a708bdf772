/** Segments that cannot be decoded without the one before are not said to be: in `sidx`, the MPD, HLS playlists. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { withoutFirstKey } from '../helpers/media/first-key-media.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { findBox, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { filesBelow, packageWith } from '../helpers/titles/package.ts';

const test = sideBySide('access points of segments');

const hevcMedia = (name: string) => HEVC_MEDIA.find((media) => media.name === name)!.file();

/** What a title says of its segments, with 1 s each. */
async function said(inputs: readonly string[], plugins = [dashCenc(), hlsAes({ container: 'fmp4' })]) {
  const { output, warnings } = await packageWith(plugins, { inputs, segmentDuration: 1 });
  const files = await filesBelow(output);
  const read = (path: string) => readFile(join(output, path));
  const texts = async (end: string) =>
    Promise.all(files.filter((path) => path.endsWith(end)).map(async (path) => String(await read(path))));
  const sapTypes = async (path: string) => {
    const references = findBox(parseBoxes(await read(path)), 'sidx')['references'];
    return (references as { starts_with_SAP: number; SAP_type: number }[])
      .map(({ starts_with_SAP, SAP_type }) => starts_with_SAP * SAP_type)
      .join(' ');
  };
  const attributes = (await texts('.mpd')).flatMap((mpd) => [...mpd.matchAll(/tarts?WithSAP="(\d)"/g)]);
  const indexed = files.filter((path) => path.includes('media-video-'));
  return {
    sapTypes: await Promise.all(indexed.map(sapTypes)),
    startsWithSap: attributes.map(([, value]) => value),
    independent: (await texts('master.m3u8')).map((text) => text.includes('#EXT-X-INDEPENDENT-SEGMENTS')),
    warnings,
  };
}

test('open GOPs of H.264: every segment but the first', async () => {
  const input = await oddMedia('open-gop');
  const { warnings, ...facts } = await said([input]);
  assert.equal(facts, { sapTypes: ['1 3 3 3 3'], startsWithSap: ['3', '1'], independent: [false] });
  assert.is(warnings.length, 1);
  assert.ok(
    warnings[0]!.startsWith(`${input} has open GOPs: 4 of 5 segments begin without an IDR picture. `),
  );
  assert.match(
    warnings[0]!,
    /DASH players take only IDR pictures as key frames: after a seek .* show nothing/,
  );
});

/** A recording of open GOPs that begins behind the only IDR picture. */
async function withoutIdr(): Promise<string> {
  const path = join(temporaryFolder('no-idr'), 'no-idr.mp4');
  await writeFile(path, withoutFirstKey(await readFile(await oddMedia('open-gop'))));
  return path;
}

const capture = async () => fault('open-gop-without-idr', 'capture.ts');
const recordings = hasFault('open-gop-without-idr') ? [withoutIdr, capture] : [withoutIdr];

for (const recording of recordings) {
  test(`H.264 without any IDR picture: the warning says that DASH players will not start (${recording.name})`, async () => {
    const input = await recording();
    const { independent, warnings } = await said([input]);
    assert.equal(independent, [false]);
    const warning = warnings.find((text) =>
      text.startsWith(`${input} has no IDR picture at the start of any segment. `),
    );
    assert.match(
      warning ?? warnings.join(),
      /DASH players will not start: .* In HLS a seek ends .* Encode it with closed GOPs/,
    );
  });
}

test('open GOPs of HEVC: CRA pictures with pictures that lead them', async () => {
  const { warnings, ...facts } = await said([await hevcMedia('hevc-open-gop')]);
  assert.equal(facts, { sapTypes: ['1 3 3'], startsWithSap: ['3'], independent: [false] });
  assert.is(warnings.length, 1);
});

test('closed GOPs of H.264 and HEVC: all is as players like it, and nobody is warned', async () => {
  for (const input of [await oddMedia('b-pyramid'), await hevcMedia('hevc-main')]) {
    const { sapTypes, startsWithSap, independent, warnings } = await said([input]);
    assert.match(sapTypes[0]!, /^1( 1)*$/);
    assert.ok(startsWithSap.every((value) => value === '1'));
    assert.equal([independent, warnings], [[true], []]);
  }
});

test('one open rendition is enough, in the live profile and in MPEG-TS too', async () => {
  const inputs = [await oddMedia('b-pyramid'), await oddMedia('open-gop')];
  const plugins = [dashCenc({ layout: 'segments' }), hlsAes({ container: 'ts' }), hlsNcg()];
  const { startsWithSap, independent, warnings } = await said(inputs, plugins);
  assert.equal(
    [startsWithSap, independent],
    [
      ['3', '1'],
      [false, false],
    ],
  );
  assert.is(warnings.length, 1);
  assert.ok(warnings[0]!.startsWith(inputs[1]!));
});

test.run();
