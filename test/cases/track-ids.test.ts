/** Two tracks of one id: nobody could tell them apart, so the file is refused before a byte is written. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { COLUMNS } from '../helpers/matrix/columns.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { failureOf, filesBelow, packageWith, titleOptions } from '../helpers/titles/package.ts';

const test = suite('track ids');

/** A file in which every number of a track is 1: track_ID of `tkhd`, `tfhd` and `trex`, or Matroska's TrackNumber. */
async function oneId(kind: 'progressive' | 'fragmented' | 'Matroska'): Promise<string> {
  const path = join(temporaryFolder('ids'), kind === 'Matroska' ? 'twins.mkv' : 'twins.mp4');
  const fragments = kind === 'fragmented' ? ['-movflags', 'frag_keyframe+empty_moov'] : [];
  await ffmpeg([
    '-i',
    await oddMedia('ctts-v0'),
    '-map',
    '0:v',
    '-map',
    '0:a',
    '-c',
    'copy',
    ...fragments,
    path,
  ]);
  const bytes = await readFile(path);
  if (kind === 'Matroska') {
    // TrackNumber (D7) of one byte in each TrackEntry (AE).
    for (let at = bytes.indexOf('d78102', 0, 'hex'); at > 0; at = bytes.indexOf('d78102', at, 'hex'))
      bytes[at + 2] = 1;
  } else {
    for (const [type, offset] of [
      ['tkhd', 16],
      ['tfhd', 8],
      ['trex', 8],
    ] as const) {
      for (let at = bytes.indexOf(type); at > 0; at = bytes.indexOf(type, at + 4))
        bytes.writeUInt32BE(1, at + offset);
    }
  }
  await writeFile(path, bytes);
  return path;
}

async function assertRefused(path: string): Promise<void> {
  for (const column of COLUMNS.filter(({ name }) => name !== 'ncg')) {
    const title = titleOptions({ inputs: [path] });
    const error = await failureOf(packageWith([column.mode()], title));
    assert.is(error.code, 'UNSUPPORTED_INPUT', error.message);
    assert.match(error.message, /two of its tracks \((video and audio|audio and video)\) have the id 1/);
    assert.ok(error.message.includes(path), error.message);
    assert.equal(await filesBelow(title.output), []);
  }
}

for (const kind of ['progressive', 'fragmented', 'Matroska'] as const) {
  test(`${kind}: refused with the id, in every mode`, async () => assertRefused(await oneId(kind)));
}

for (const name of ['same-track-id.mp4', 'same-track-number.mkv']) {
  if (hasFault('same-track-id', name)) {
    test(`${name}: refused with the id, in every mode`, () => assertRefused(fault('same-track-id', name)));
  }
}

test.run();
