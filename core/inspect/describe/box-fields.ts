import type { Box } from '../mp4/box.ts';
import type { FieldReader } from '../mp4/field-reader.ts';
import type { NamedValue } from './description.ts';

/** Values of a list that are shown. */
const MOST = 8;

type Fields = (box: Box) => NamedValue[];

const value = (name: string, of: string | number): NamedValue => [name, String(of)];

/** Name and value of each, for what is not a plain sequence. */
function full(read: (fields: FieldReader, version: number, flags: number) => NamedValue[]): Fields {
  return (box) => {
    const { version, flags, fields } = box.fullFields();
    return read(fields, version, flags);
  };
}

/** How many rows a table has. */
const rows = full((fields) => [value('entries', fields.u32())]);

const brands: Fields = (box) => {
  const fields = box.fields();
  const major = fields.fourCC();
  const minor = fields.u32();
  const compatible: string[] = [];
  while (fields.left >= 4 && compatible.length < MOST) compatible.push(fields.fourCC());
  return [value('brand', major), value('version', minor), value('compatible', compatible.join(' '))];
};

const header = full((fields, version) => {
  const isLong = version === 1;
  const timescale = fields.skip(isLong ? 16 : 8).u32();
  return [value('timescale', timescale), value('duration', fields.word(isLong))];
});

const trackHeader = full((fields, version, flags) => [
  value('flags', flags),
  value('track_ID', fields.skip(version === 1 ? 16 : 8).u32()),
  value('duration', fields.skip(4).word(version === 1)),
]);

const edits = full((fields, version) => {
  const count = fields.u32();
  const isLong = version === 1;
  const shown: string[] = [];
  for (let row = 0; row < Math.min(count, MOST); row++) {
    const duration = fields.word(isLong);
    const time = isLong ? fields.i64() : fields.i32();
    shown.push(`${duration} from ${time} at ${fields.fixed()}`);
  }
  return [value('entries', count), value('edits', shown.join('; '))];
});

const sizes = full((fields) => {
  const common = fields.u32();
  return [value('sample_size', common), value('samples', fields.u32())];
});

/** Flags of `tfhd` (ISO/IEC 14496-12, 8.8.7) with what they bring. */
const FRAGMENT_HEADER: readonly (readonly [flag: number, name: string, isLong?: true])[] = [
  [0x1, 'base_data_offset', true],
  [0x2, 'sample_description_index'],
  [0x8, 'default_sample_duration'],
  [0x10, 'default_sample_size'],
  [0x20, 'default_sample_flags'],
];

const fragmentHeader = full((fields, _, flags) => [
  value('track_ID', fields.u32()),
  ...FRAGMENT_HEADER.flatMap(([flag, name, isLong]) =>
    flags & flag ? [value(name, fields.word(isLong === true))] : [],
  ),
  ...(flags & 0x2_0000 ? [value('default-base-is-moof', 'yes')] : []),
]);

const run = full((fields, _, flags) => [
  value('samples', fields.u32()),
  ...(flags & 1 ? [value('data_offset', fields.i32())] : []),
  value('flags', `0x${flags.toString(16).padStart(6, '0')}`),
]);

const sizesOfInformation = full((fields, _, flags) => [
  ...(flags & 1 ? [value('type', fields.fourCC()), value('parameter', fields.u32())] : []),
  value('default_size', fields.u8()),
  value('samples', fields.u32()),
]);

const placesOfInformation = full((fields, version, flags) => {
  if (flags & 1) fields.skip(8);
  const count = fields.u32();
  const shown: number[] = [];
  for (let row = 0; row < Math.min(count, MOST); row++) shown.push(fields.word(version === 1));
  return [value('entries', count), value('offsets', shown.join(' '))];
});

const encryption = full((fields, version) => {
  const pattern = fields.skip(1).u8();
  const isProtected = fields.u8();
  const size = fields.u8();
  return [
    value('isProtected', isProtected),
    value('IV_size', size),
    value('KID', fields.hex(16)),
    ...(version > 0 ? [value('pattern', `${pattern >> 4}:${pattern & 15}`)] : []),
    ...(isProtected === 1 && size === 0 ? [value('constant_IV', fields.hex(fields.u8()))] : []),
  ];
});

const systemHeader = full((fields, version) => {
  const system = fields.hex(16);
  const kids: string[] = [];
  const count = version > 0 ? fields.u32() : 0;
  for (let index = 0; index < Math.min(count, MOST); index++) kids.push(fields.hex(16));
  fields.skip(16 * Math.max(0, count - MOST));
  return [
    value('SystemID', system),
    value('version', version),
    ...(count > 0 ? [value('KIDs', kids.join(' '))] : []),
    value('data', `${fields.u32()} bytes`),
  ];
});

const index = full((fields, version) => {
  const reference = fields.u32();
  const timescale = fields.u32();
  const time = fields.word(version > 0);
  const offset = fields.word(version > 0);
  return [
    value('reference_ID', reference),
    value('timescale', timescale),
    value('earliest_time', time),
    value('first_offset', offset),
    value('references', fields.skip(2).u16()),
  ];
});

const event = full((fields, version) => {
  const texts = () => [value('scheme', fields.text()), value('value', fields.text())];
  const early = version === 0 ? texts() : [];
  const numbers = [
    value('timescale', fields.u32()),
    value(version === 0 ? 'delta' : 'time', fields.word(version === 1)),
    value('duration', fields.u32()),
    value('id', fields.u32()),
  ];
  return [...(version === 0 ? early : texts()), ...numbers];
});

const groups = full((fields, version) => {
  const type = fields.fourCC();
  if (version === 1) fields.skip(4);
  return [value('type', type), value('entries', fields.u32())];
});

const descriptions = full((fields, version) => {
  const type = fields.fourCC();
  if (version > 0) fields.skip(4);
  return [value('type', type), value('entries', fields.u32())];
});

const time = full((fields, version) => [value('time', fields.word(version === 1))]);
const number = (name: string): Fields => full((fields) => [value(name, fields.u32())]);
const letters =
  (name: string): Fields =>
  (box) => [value(name, box.fields().fourCC())];

/** Which fields of a box are shown, by its type. */
const FIELDS: Readonly<Record<string, Fields>> = {
  ftyp: brands,
  styp: brands,
  mvhd: header,
  mdhd: header,
  tkhd: trackHeader,
  hdlr: full((fields) => [value('handler', fields.skip(4).fourCC())]),
  elng: full((fields) => [value('language', fields.text())]),
  kind: full((fields) => [value('scheme', fields.text()), value('value', fields.text())]),
  elst: edits,
  stsd: rows,
  stts: rows,
  ctts: rows,
  stss: rows,
  stsc: rows,
  stco: rows,
  co64: rows,
  stsz: sizes,
  mehd: full((fields, version) => [value('duration', fields.word(version === 1))]),
  trex: number('track_ID'),
  mfhd: number('sequence_number'),
  tfhd: fragmentHeader,
  tfdt: time,
  trun: run,
  senc: full((fields, _, flags) => [
    value('samples', fields.u32()),
    value('subsamples', flags & 2 ? 'yes' : 'no'),
  ]),
  saiz: sizesOfInformation,
  saio: placesOfInformation,
  sbgp: groups,
  sgpd: descriptions,
  frma: letters('format'),
  schm: full((fields) => [
    value('scheme', fields.fourCC()),
    value('version', `0x${fields.u32().toString(16)}`),
  ]),
  tenc: encryption,
  pssh: systemHeader,
  sidx: index,
  emsg: event,
  btrt: (box) => {
    const fields = box.fields().skip(4);
    return [value('maximum', fields.u32()), value('average', fields.u32())];
  },
  pasp: (box) => {
    const fields = box.fields();
    return [value('spacing', `${fields.u32()}:${fields.u32()}`)];
  },
  avcC: (box) => {
    const fields = box.fields().skip(1);
    return [value('profile', fields.u8()), value('compatibility', fields.u8()), value('level', fields.u8())];
  },
};

/** The fields that say most about a box, as text; none where nobody here knows it. @throws DamageError where it ends before they do */
export const boxFields = (box: Box): NamedValue[] => FIELDS[box.type]?.(box) ?? [];
