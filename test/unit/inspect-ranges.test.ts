import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listedAlone } from '../../core/engine/verify/list-packages.ts';
import type { RenditionFacts } from '../../core/inspect/checks/package-facts.ts';
import { checkRanges } from '../../core/inspect/checks/segments/ranges.ts';
import { readMp4Layout } from '../../core/inspect/mp4/layout.ts';
import { openFile } from '../../core/kit.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';

const test = suite('inspect ranges');

const FILE = 'film.mp4';
/** Bytes of each fragment. */
const SIZE = 16;

test('sound that lies between the pictures of a file is listed by its own rendition, and no gap', async () => {
  const path = join(temporaryFolder('ranges'), FILE);
  const box = Buffer.alloc(SIZE);
  box.writeUInt32BE(SIZE);
  box.write('moof', 4);
  await writeFile(path, Buffer.concat(Array.from({ length: 4 }, () => box)));
  const source = await openFile(path);
  const layout = await readMp4Layout(source).finally(() => source.close());
  const rendition = (kind: 'video' | 'audio', fragments: readonly number[]): RenditionFacts => {
    const alone = listedAlone(FILE);
    const [segment] = alone.segments;
    const segments = fragments.map((number) => ({
      ...segment!,
      place: { path: FILE, offset: SIZE * number, length: SIZE },
    }));
    const media = { tracks: [], layouts: new Map([[FILE, layout]]) };
    return { listed: { ...alone, id: `${kind} ${fragments}`, kind, segments }, media };
  };
  const check = (...renditions: RenditionFacts[]) => {
    const facts = { packages: [], renditions, sizes: new Map(), files: undefined, keyOf: () => undefined };
    return [...checkRanges(facts)].map(({ code, offset }) => `${code} ${offset}`);
  };
  assert.equal(check(rendition('video', [0, 2]), rendition('audio', [1, 3])), []);
  assert.equal(check(rendition('video', [0, 2]), rendition('audio', [1])), ['RANGE_GAP 48', 'RANGE_GAP 48']);
  // What another rendition of pictures lists is of no help to who plays this one.
  assert.equal(check(rendition('video', [0, 1, 3]), rendition('video', [0, 1, 2, 3])), ['RANGE_GAP 32']);
});

test.run();
