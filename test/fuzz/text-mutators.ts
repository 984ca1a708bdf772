import type { Dice } from '../helpers/random/dice.ts';
import { type Mutator, splice } from './byte-mutators.ts';

/** What means something to a reader of subtitles, and is seldom where it belongs. */
const TOKENS = [
  ...['\n\n', '\r', '\0', '\uFEFF', '\u202E', '-->', '00:00.000 --> 00:01.000\n', 'WEBVTT\n', 'NOTE\n'],
  ...[
    'STYLE\n::cue(',
    '::cue { color: rgba(1,2,3,',
    '/*',
    '}',
    '{',
    'REGION\nid:a scroll:up lines:0',
    ' region:a',
  ],
  ...[
    ' line:-999999999',
    ' position:100%',
    ' size:0%',
    ' vertical:lr',
    'X-TIMESTAMP-MAP=MPEGTS:8589934591,LOCAL:00:00:00.000\n',
  ],
  ...[
    '<ruby>',
    '<rt>',
    '</ruby>',
    '<c.a.b.c>',
    '<v ',
    '<lang ',
    '<00:00.500>',
    '</',
    '<',
    '&',
    '&#x110000;',
    '&#0;',
  ],
  ...['{\\an8}', '{\\', '<font color=', '<font size="', '</font>', '\n2\n'],
  ...[
    '<span begin="0.1s" end="0.2s">',
    '</span>',
    '<set begin="0s" tts:color="red"/>',
    '<br/>',
    '<p>',
    '</p>',
    '<div>',
    '</tt>',
  ],
  ...[
    ' begin="',
    ' end="indefinite"',
    ' dur="-1s"',
    ' timeContainer="seq"',
    ' style="s1 s2 s1"',
    ' region="r9"',
    ' xml:id="x"',
  ],
  ...[
    '<style xml:id="s1" style="s1"/>',
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '<![CDATA[',
    '<!--',
    '<?xml ',
    ' xmlns=""',
  ],
];

/** Times and lengths at which arithmetic goes wrong. */
const NUMBERS = [
  '0',
  '-1',
  '59',
  '60',
  '999999999',
  '4294967296',
  '1e309',
  '00000000000000000001',
  '0.0000000001',
  '99999999999999999999',
];

/** As often as a piece may be repeated at once, and as long as that may become. */
const MOST_TIMES = 3000;
const LONGEST = 300_000;

/** A place in a text, as often as not at the start of a line. */
function placeIn(bytes: Buffer, dice: Dice): number {
  const at = dice.below(bytes.length + 1);
  const feed = dice.percent(50) ? bytes.indexOf(0x0a, at) : -1;
  return feed < 0 ? at : feed + 1;
}

/** From a place to the end of its line, or some characters of it. */
function pieceAt(bytes: Buffer, from: number, dice: Dice): Buffer {
  const feed = bytes.indexOf(0x0a, from);
  const end = dice.percent(50) && feed >= 0 ? feed + 1 : from + 1 + dice.below(200);
  return bytes.subarray(from, Math.min(end, bytes.length));
}

/** Repeat as often as the length allows. */
const times = (piece: Uint8Array, count: number): Buffer =>
  Buffer.alloc(Math.min(LONGEST, piece.length * count), piece.length === 0 ? Buffer.of(0x20) : piece);

/** What breaks subtitles of any format. */
export const TEXT_MUTATORS: Readonly<Record<string, Mutator>> = {
  'put a token in': (bytes, dice) => {
    const at = placeIn(bytes, dice);
    return splice(bytes, at, at, Buffer.from(dice.of(TOKENS)));
  },
  'put a token in very often': (bytes, dice) => {
    const at = placeIn(bytes, dice);
    return splice(bytes, at, at, times(Buffer.from(dice.of(TOKENS)), 1 + dice.below(MOST_TIMES)));
  },
  'take a line out': (bytes, dice) => {
    const at = placeIn(bytes, dice);
    return splice(bytes, at, at + pieceAt(bytes, at, dice).length, Buffer.alloc(0));
  },
  'repeat a piece very often': (bytes, dice) => {
    const at = placeIn(bytes, dice);
    return splice(bytes, at, at, times(pieceAt(bytes, at, dice), 1 + dice.below(MOST_TIMES)));
  },
  'move a piece': (bytes, dice) => {
    const from = placeIn(bytes, dice);
    const piece = Buffer.from(pieceAt(bytes, from, dice));
    const rest = splice(bytes, from, from + piece.length, Buffer.alloc(0));
    const to = placeIn(rest, dice);
    return splice(rest, to, to, piece);
  },
  'change a number': (bytes, dice) => {
    const numbers = [...bytes.toString('latin1').matchAll(/\d{1,20}/g)];
    if (numbers.length === 0) return bytes;
    const { index, 0: digits } = dice.of(numbers);
    return splice(bytes, index, index + digits.length, Buffer.from(dice.of(NUMBERS)));
  },
  'write it in UTF-16': (bytes, dice) => {
    const wide = Buffer.from(bytes.toString(), 'utf16le');
    const mark = dice.percent(70) ? Buffer.of(0xff, 0xfe) : Buffer.alloc(0);
    return Buffer.concat([mark, dice.percent(80) ? wide : wide.subarray(0, -1)]);
  },
};
