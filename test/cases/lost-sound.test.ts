/** Sound and pictures in codecs that nobody carries: named and refused, in every container; never left out in silence. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../plugins/index.ts';
import { relabelled, withAudioObject, withObjectType, withSound } from '../helpers/media/lost-media.ts';
import { failureOf, packageWith } from '../helpers/titles/package.ts';

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
    { what: 'DTS in MP4', file: () => withSound('dts.mp4', '-c:a', 'dca'), why: /"mp4a\.A9" \(DTS\)/ },
    { what: 'Vorbis in MP4', file: () => withSound('vorbis.mp4', '-c:a', 'libvorbis'), why: /Vorbis/ },
    { what: 'layer II in MP4', file: () => withSound('mp2.mp4', '-c:a', 'mp2'), why: /layer I or II/ },
    { what: 'ALS in MP4', file: () => withAudioObject(36), why: /"mp4a\.40" \(ALS\)/ },
    { what: 'CELP in MP4', file: () => withAudioObject(8), why: /"mp4a\.40" \(CELP\)/ },
    { what: 'TwinVQ in MP4', file: () => withAudioObject(7), why: /"mp4a\.40" \(TwinVQ\)/ },
    { what: 'QCELP in mp4a', file: () => withObjectType(0xe1), why: /"mp4a\.E1" \(QCELP\)/ },
    { what: 'AC-3 in mp4a', file: () => withObjectType(0xa5), why: /"mp4a\.A5" \(AC-3\)/ },
    { what: 'layer I in its old type', file: () => withObjectType(0x6a), why: /"mp4a\.6A"/ },
    {
      what: 'Apple Lossless',
      file: () => withSound('alac.mp4', '-c:a', 'alac'),
      why: /"alac" \(Apple Lossless\)/,
    },
    {
      what: 'PCM of QuickTime',
      file: () => withSound('pcm.mov', '-c:a', 'pcm_s16le'),
      why: /"sowt" \(PCM\)/,
    },
    { what: 'DTS in Matroska', file: () => withSound('dts.mkv', '-c:a', 'dca'), why: /"A_DTS"/ },
    {
      what: 'PCM in Matroska',
      file: () => withSound('pcm.mkv', '-c:a', 'pcm_s16le'),
      why: /"A_PCM\/INT\/LIT"/,
    },
    { what: 'TrueHD in Matroska', file: () => withSound('thd.mkv', '-c:a', 'truehd'), why: /"A_TRUEHD"/ },
    {
      what: 'a codec of Windows in Matroska',
      file: () => withSound('adpcm.mkv', '-c:a', 'adpcm_ms'),
      why: /"A_MS\/ACM" \(ADPCM\) cannot/,
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

test('pictures in a codec of Windows in Matroska are refused by its name there', async () => {
  const wmv = await withSound('wmv.mkv', '-c:v', 'wmv2', '-c:a', 'aac');
  const { code, message } = await failureOf(packageWith([dashCenc()], { inputs: [wmv] }));
  assert.is(code, 'UNSUPPORTED_CODEC');
  assert.match(message, /video track 1 cannot be packaged: its codec "V_MS\/VFW\/FOURCC" \(WMV2\)/);
});

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
