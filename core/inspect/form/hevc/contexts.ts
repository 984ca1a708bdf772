/** First contexts of the syntax elements of I slices, all in one array. */
export const CONTEXT = {
  saoMerge: 0,
  saoType: 1,
  split: 2,
  bypass: 5,
  partMode: 6,
  isPredictedMode: 7,
  chromaMode: 8,
  splitTransform: 9,
  cbfLuma: 12,
  cbfChroma: 14,
  delta: 18,
  transformSkip: 20,
  lastX: 22,
  lastY: 40,
  codedSubBlock: 58,
  significant: 62,
  greater1: 104,
  greater2: 128,
} as const;
export const CONTEXTS = 134;

const LAST = '110 110 124 125 140 153 125 127 140 109 111 143 127 111 79 108 123 63';

/** initValue of initType 0 (ITU-T H.265, tables 9-5 to 9-31), in the order of `CONTEXT`. */
const VALUES = Uint8Array.from(
  [
    '153',
    '200',
    '139 141 157',
    '154',
    '184',
    '184',
    '63',
    '153 138 138',
    '111 141',
    '94 138 182 154',
    '154 154',
    '139 139',
    LAST,
    LAST,
    '91 171 134 141',
    '111 111 125 110 110 94 124 108 124 107 125 141 179 153 125 107 125 141 179 153 125 107 125 141 179 153 125',
    '140 139 182 182 152 136 152 136 153 136 139 111 136 139 111',
    '140 92 137 138 140 152 138 139 153 74 149 92 139 107 122 152 140 179 166 182 140 227 122 197',
    '138 153 136 167 152 152',
  ]
    .join(' ')
    .split(' ')
    .map(Number),
);

/** Begin an I slice, a tile or a row of one (9.3.2.2). @param qp SliceQpY */
export function startIntra(states: Uint8Array, qp: number): void {
  const clipped = Math.max(0, Math.min(51, qp));
  for (const [context, value] of VALUES.entries()) {
    const slope = (value >> 4) * 5 - 45;
    const offset = ((value & 15) << 3) - 16;
    const before = Math.max(1, Math.min(126, ((slope * clipped) >> 4) + offset));
    states[context] = before <= 63 ? (63 - before) << 1 : ((before - 64) << 1) | 1;
  }
}
