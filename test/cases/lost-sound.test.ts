/** Sound and pictures in codecs that nobody carries: named and refused, in every container; never left out in silence. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../plugins/index.ts';
import { relabelled, withSound } from '../helpers/lost-media.ts';
import { failureOf, packageWith } from '../helpers/package.ts';

const test = suite('lost-sound');

interface Lost {
  readonly what: string;
  readonly file: () => Promise<string>;
  /** What the message says of it. */
  readonly why: RegExp;
}

const aac = () => withSound('aac.ts', '-c:a', 'aac');

const LOST: readonly Lost[] = [
  ...[
    { what: 'DTS in TS', file: () => withSound('dts.ts', '-c:a', 'dca'), why: /\(DTS\)/ },
    { what: 'PCM of SMPTE 302M in TS', file: () => withSound('s302m.ts', '-c:a', 's302m'), why: /302M/ },
    { what: 'MPEG-H in TS', file: async () => relabelled(await aac(), 15, 0x2d), why: /MPEG-H 3D Audio/ },
    { what: 'a type of its own in TS', file: async () => relabelled(await aac(), 15, 0x9a), why: /0x9a/ },
    { what: 'layer II in TS', file: () => withSound('mp2.ts', '-c:a', 'mp2'), why: /layer I or II/ },
    {
      what: 'LATM that is ADTS after all',
      file: async () => relabelled(await aac(), 15, 17),
      why: /StreamMuxConfig/,
    },
    {
      what: 'ADTS that is LATM after all',
      file: async () =>
        relabelled(await withSound('latm.ts', '-c:a', 'aac', '-mpegts_flags', 'latm'), 17, 15),
      why: /not of the codec that the file says/,
    },
  ],
];

for (const { what, file, why } of LOST) {
  test(`${what}: refused, with its name and the way out`, async () => {
    const error = await failureOf(packageWith([dashCenc()], { inputs: [await file()] }));
    assert.is(error.code, 'UNSUPPORTED_CODEC', error.message);
    assert.match(error.message, /audio track \d+ \("und"\) cannot be packaged: /);
    assert.match(error.message, why);
    assert.match(error.hint ?? '', /\{ file, audio: false \}/);
  });
}

test('what the config leaves out is no loss', async () => {
  const { modes, warnings } = await packageWith([dashCenc()], {
    inputs: [await withSound('dts.ts', '-c:a', 'dca')],
    choices: [{ audio: false }],
  });
  assert.is(modes[0]?.renditions.length, 1);
  assert.equal(warnings, []);
});

test('a stream that may be anything is left out with a notice beside sound that is known', async () => {
  const both = await withSound(
    'two.ts',
    '-map',
    '0',
    '-map',
    '1',
    '-map',
    '1',
    '-c:a',
    'aac',
    '-c:a:1',
    'mp2',
  );
  const { warnings } = await packageWith([dashCenc()], { inputs: [await relabelled(both, 3, 0x9a)] });
  assert.match(warnings.join('\n'), /track 258 is left out: its codec \(stream type 0x9a\) is not known/);
});

test.run();
