/** How the value of an attribute is written (RFC 8216bis, 4.2). */
export type AttributeType =
  | 'quoted'
  | 'word'
  | 'integer'
  | 'number'
  | 'resolution'
  | 'hexadecimal'
  | 'quoted or word';

const QUOTED =
  'URI GROUP-ID LANGUAGE ASSOC-LANGUAGE NAME STABLE-RENDITION-ID STABLE-VARIANT-ID INSTREAM-ID CHARACTERISTICS CHANNELS CODECS ' +
  'SUPPLEMENTAL-CODECS REQ-VIDEO-LAYOUT ALLOWED-CPC AUDIO VIDEO SUBTITLES PATHWAY-ID KEYFORMAT KEYFORMATVERSIONS BYTERANGE DATA-ID ' +
  'SERVER-URI VALUE IMPORT QUERYPARAM ID CLASS START-DATE END-DATE CUE';
const WORDS =
  'TYPE DEFAULT AUTOSELECT FORCED METHOD HDCP-LEVEL VIDEO-RANGE END-ON-NEXT PRECISE GAP INDEPENDENT FORMAT';
const INTEGERS =
  'BANDWIDTH AVERAGE-BANDWIDTH PROGRAM-ID BIT-DEPTH SAMPLE-RATE BYTERANGE-START BYTERANGE-LENGTH LAST-MSN LAST-PART';
const NUMBERS =
  'FRAME-RATE TIME-OFFSET SCORE DURATION PLANNED-DURATION PART-TARGET HOLD-BACK PART-HOLD-BACK CAN-SKIP-UNTIL';

const typed = (names: string, type: AttributeType): [string, AttributeType][] =>
  names.split(' ').map((name) => [name, type]);

/** Of a name, whatever tag it is in: no name is of two types. */
export const ATTRIBUTE_TYPES: ReadonlyMap<string, AttributeType> = new Map([
  ...typed(QUOTED, 'quoted'),
  ...typed(WORDS, 'word'),
  ...typed(INTEGERS, 'integer'),
  ...typed(NUMBERS, 'number'),
  ...typed('RESOLUTION LAYOUT', 'resolution'),
  ...typed('IV KEYID SCTE35-CMD SCTE35-OUT SCTE35-IN', 'hexadecimal'),
  ...typed('CLOSED-CAPTIONS', 'quoted or word'),
]);

const PATTERNS: Readonly<Record<AttributeType, RegExp>> = {
  quoted: /^"[^"]*"$/,
  word: /^[^",\s]+$/,
  integer: /^\d{1,20}$/,
  number: /^-?\d+(?:\.\d+)?$/,
  resolution: /^\d+x\d+$/,
  hexadecimal: /^0[xX][\dA-Fa-f]+$/,
  'quoted or word': /^(?:"[^"]*"|[^",\s]+)$/,
};

/** How each is called in a sentence. */
export const TYPE_WORDS: Readonly<Record<AttributeType, string>> = {
  quoted: 'a quoted string',
  word: 'a word without quotes',
  integer: 'a decimal integer',
  number: 'a decimal number',
  resolution: 'two numbers with an x between them',
  hexadecimal: 'a hexadecimal number that begins with 0x',
  'quoted or word': 'a quoted string or a word',
};

/** @param value with its quotes */
export const isOfType = (type: AttributeType, value: string): boolean => PATTERNS[type].test(value);
