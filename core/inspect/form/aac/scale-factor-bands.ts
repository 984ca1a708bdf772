/** Widths of scale factor bands at a sampling rate (ISO/IEC 14496-3, 4.5.4), of a long window and of a short one. */
export interface Bands {
  readonly long: readonly number[];
  readonly short: readonly number[];
}

/** Of `4*11` eleven bands of four. */
const widths = (text: string): number[] =>
  text.split(' ').flatMap((run) => {
    const [width, times = 1] = run.split('*').map(Number);
    return new Array<number>(times).fill(width!);
  });

const TABLES: Readonly<Record<number, Bands>> = {
  96: {
    long: widths('4*14 8*5 12*5 16*2 24 28 36 44 64*11'),
    short: widths('4*6 8*3 16 28 36'),
  },
  64: {
    long: widths('4*14 8*4 12*3 16*3 20 24*2 28 36 40*18'),
    short: widths('4*6 8*3 16 28 36'),
  },
  48: {
    long: widths('4*10 8*7 12*4 16*2 20*2 24*2 28*2 32*19 96'),
    short: widths('4*5 8*3 12*3 16*3'),
  },
  32: {
    long: widths('4*10 8*7 12*4 16*2 20*2 24*2 28*2 32*22'),
    short: widths('4*5 8*3 12*3 16*3'),
  },
  24: {
    long: widths('4*11 8*10 12*4 16*3 20*2 24*2 28*2 32 36*2 40 44 48 52*2 64*5'),
    short: widths('4*7 8*3 12*2 16*2 20'),
  },
  16: {
    long: widths('8*11 12*9 16*4 20*3 24*2 28*2 32 36 40*2 44 48 52 56 60 64*3'),
    short: widths('4*8 8*2 12*2 16 20*2'),
  },
  8: {
    long: widths('12*13 16*7 20*4 24*3 28*2 32 36*2 40 44 48 52 56 60 64 80'),
    short: widths('4*7 8*4 12 16 20*2'),
  },
};

/** Which table each samplingFrequencyIndex has. */
const TABLE_OF = [96, 96, 64, 48, 48, 32, 24, 24, 16, 16, 16, 8, 8];

/** Frames of 960 values have the same bands, as far as they go. */
function upTo(all: readonly number[], length: number): number[] {
  const bands: number[] = [];
  let at = 0;
  for (const width of all) {
    if (at >= length) break;
    bands.push(Math.min(width, length - at));
    at += width;
  }
  return bands;
}

export function bandsOf(frequencyIndex: number, frameLength: number): Bands {
  const { long, short } = TABLES[TABLE_OF[frequencyIndex]!]!;
  return { long: upTo(long, frameLength), short: upTo(short, frameLength / 8) };
}
