/** Codec strings of configuration records: by the letter of each, and as Shaka Packager says them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { transferOf } from '../../core/inspect/checks/facts/transfer.ts';
import { codecString } from '../../core/inspect/mp4/codec-string/codec-string.ts';
import { openMp4 } from '../../core/inspect/mp4/index.ts';
import { openFile } from '../../core/kit.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { hasRealFile, realFile } from '../helpers/media/real-media.ts';
import { shakaPackager } from '../helpers/oracles/shaka-packager.ts';

const test = suite('inspect: codec strings');

/** `esds` with an object type and a DecoderSpecificInfo. */
function esds(objectType: string, specific = ''): string {
  const described = (tag: string, body: string): string =>
    `${tag}808080${(body.length / 2).toString(16).padStart(2, '0')}${body}`;
  const decoder = described(
    '04',
    `${objectType}15${'00'.repeat(11)}${specific && described('05', specific)}`,
  );
  return `00000000${described('03', `000000${decoder}${described('06', '02')}`)}`;
}

/** A sequence header of AV1 (5.5.1) in an OBU with its size: a reduced still picture of one pixel; then color_config of ten bits, BT.2020, PQ. */
function sequenceHeader(): Buffer {
  const fields = ['000', '1', '1', '00000', '0000', '0000', '0', '0', '000', '000'];
  const colours = [
    '1',
    '0',
    '1',
    ...[9, 16, 9].map((value) => value.toString(2).padStart(8, '0')),
    '0',
    '00',
    '0',
    '1',
  ];
  const bits = [...fields, ...colours].join('');
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? [];
  return Buffer.from([0x0a, bytes.length, ...bytes.map((byte) => Number.parseInt(byte, 2))]);
}

const ROWS: readonly (readonly [format: string, config: string, expected: string | undefined])[] = [
  ['avc1', '014d401fffe1', 'avc1.4D401F'],
  ['avc3', '0142c00d', 'avc3.42C00D'],
  ['hvc1', '0101600000009000000000005d', 'hvc1.1.6.L93.90'],
  ['hvc1', '0122200000000000000000009900', 'hvc1.2.4.H153'],
  ['hev1', '01a1600000009801000000001e', 'hev1.B1.6.H30.98.1'],
  ['av01', '81080c00', 'av01.0.08M.08'],
  ['av01', '812dc800', 'av01.1.13H.10.0.100.01.01.01.0'],
  ['vp09', '01000000001f80020202', 'vp09.00.31.08.00.02.02.02.00'],
  ['vp09', '01000000001482010101', 'vp09.00.20.08'],
  ['mp4a', esds('40', '1190'), 'mp4a.40.2'],
  ['mp4a', esds('40', '2b920800'), 'mp4a.40.5'],
  ['mp4a', esds('40', '131056e598'), 'mp4a.40.5'],
  ['mp4a', esds('40', '138856e5a54880'), 'mp4a.40.29'],
  ['mp4a', esds('40', 'eb098800'), 'mp4a.40.29'],
  ['mp4a', esds('40', 'f9430200'), 'mp4a.40.42'],
  ['mp4a', esds('67', '1190'), 'mp4a.67'],
  ['mp4a', esds('6b'), 'mp4a.6B'],
  ['mp4a', esds('69'), 'mp4a.69'],
  ['mp4a', esds('a5'), 'ac-3'],
  ['mp4a', esds('a6'), 'ec-3'],
  ['mp4v', esds('20', '000001b001'), 'mp4v.20.1'],
  ['.mp3', '', 'mp4a.6B'],
  ['mhm1', '010c', 'mhm1.0x0C'],
  ['ac-3', '', 'ac-3'],
  ['Opus', '', 'Opus'],
  ['fLaC', '', 'fLaC'],
  ['wvtt', '', 'wvtt'],
  ['stpp', '', 'stpp'],
  ['avc1', '01', undefined],
  ['mp4a', '0000', undefined],
  ['mp4a', esds('40'), undefined],
  ['xxxx', '', undefined],
];

test('by the letter of configuration records; none of what is cut short or unknown', () => {
  for (const [format, config, expected] of ROWS) {
    const bytes = Buffer.from(config, 'hex');
    assert.is(
      codecString(format, { config: bytes, vision: undefined, colour: undefined }),
      expected,
      `${format} ${config}`,
    );
  }
});

test('Dolby Vision by its own record, colours of AV1 by `colr`, else by its sequence header', () => {
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  const none = { vision: undefined, colour: undefined };
  assert.is(codecString('dvh1', { ...none, config: hex(''), vision: hex('01000a3510') }), 'dvh1.05.06');
  assert.is(codecString('dav1', { ...none, config: hex(''), vision: hex('0100144d10') }), 'dav1.10.09');
  const config = hex('81004c00');
  const colour = hex('6e636c780009001000090000');
  assert.is(codecString('av01', { ...none, config, colour }), 'av01.0.00M.10.0.110.09.16.09.0');
  const withHeader = Buffer.concat([config, sequenceHeader()]);
  assert.is(codecString('av01', { ...none, config: withHeader }), 'av01.0.00M.10.0.110.09.16.09.0');
});

const REAL = {
  video: [
    'bear-640x360-hevc',
    'bear-640x360-hevc-hdr10',
    'bear-640x360-vp9',
    'bear-640x360',
    'bear-av1',
    'sparks_dovi_8',
  ],
  audio: ['bear-640x360-ec3', 'sample_ac3', 'sample_opus', 'bear-flac', 'bear-640x360-aac_he-silent_right'],
} as const;
const streams = (['video', 'audio'] as const).flatMap((stream) =>
  REAL[stream].filter((name) => hasRealFile(`${name}.mp4`)).map((name) => ({ stream, name })),
);

test(`as Shaka Packager says them of ${streams.length} real streams`, async () => {
  if (streams.length === 0) return;
  const folder = temporaryFolder('shaka');
  await shakaPackager(
    [
      ...streams.map(
        ({ stream, name }) => `in=${realFile(`${name}.mp4`)},stream=${stream},output=${name}.mp4`,
      ),
      ...['--mpd_output', 'all.mpd'],
    ],
    folder,
  );
  const mpd = await readFile(join(folder, 'all.mpd'), 'utf8');
  const said = new Map<string, string[]>();
  for (const [, codecs = '', name = ''] of mpd.matchAll(
    /<Representation[^>]*codecs="([^"]*)"[\s\S]*?<BaseURL>([^<]*)/g,
  ))
    said.set(name, [...(said.get(name) ?? []), codecs.toLowerCase()]);
  for (const { name } of streams) {
    const source = await openFile(join(folder, `${name}.mp4`));
    const { tracks } = await openMp4(source);
    await source.close();
    const [entry] = tracks[0]?.track.entries ?? [];
    // Shaka leaves out colours of AV1 that its configuration does not say.
    const found = entry?.codecs?.toLowerCase().replace(/^(av01\.\d+\.\d+m\.\d+)\..*/, '$1');
    assert.ok(
      said.get(`${name}.mp4`)?.includes(found ?? ''),
      `${name}: ${found}, not ${said.get(`${name}.mp4`)}`,
    );
  }
});

/** Of x265: Main 10 with BT.2020 and PQ in its VUI. */
const HDR10 = '42010102200000030090000003000003003fa005020169365959a4932bc05a84880482000007d20000ea6010';

test('transfer characteristics: of `colr`, else of the VUI; what nobody says, or is cut off, is not known', () => {
  const hvcC = Buffer.from(`0102200000009000000000003ff000fcfdfafa00000f01210001002c${HDR10}`, 'hex');
  const entry = { format: 'hvc1', codecs: undefined, config: hvcC };
  assert.is(transferOf(entry), 16);
  assert.is(transferOf({ ...entry, transfer: 18 }), 18);
  assert.is(transferOf({ ...entry, transfer: 2 }), undefined);
  for (let length = 0; length < 56; length++)
    assert.is(transferOf({ ...entry, config: hvcC.subarray(0, length) }), undefined);
  assert.is(transferOf({ ...entry, format: 'dvh1' }), undefined);
});

test.run();
