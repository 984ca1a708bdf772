/**
 * How a picture is turned, flipped or moved before it is shown (ISO/IEC 14496-12, 6.2.2): a, b, c, d, x and y in 16.16 fixed
 * point. A point is shown at (a·x + c·y + x₀, b·x + d·y + y₀), with y downwards.
 */
export type DisplayMatrix = readonly [a: number, b: number, c: number, d: number, x: number, y: number];

export const ONE = 0x1_0000;
const IDENTITY: DisplayMatrix = [ONE, 0, 0, ONE, 0, 0];

/** The first matrix, then the second. */
export function combined(first: DisplayMatrix, second: DisplayMatrix): DisplayMatrix {
  const [a, b, c, d, x, y] = first;
  const [e, f, g, h, u, v] = second;
  const sum = (p: number, q: number, r: number, s: number): number => Math.round((p * q + r * s) / ONE);
  return [
    sum(a, e, b, g),
    sum(a, f, b, h),
    sum(c, e, d, g),
    sum(c, f, d, h),
    sum(x, e, y, g) + u,
    sum(x, f, y, h) + v,
  ];
}

const MOST = 0x7fff_ffff;

/** A matrix that changes something; `undefined` for one that does not, and for one that shows nothing. */
export function effective(matrix: DisplayMatrix): DisplayMatrix | undefined {
  const [a, b, c, d] = matrix;
  const isPossible = a * d - b * c !== 0 && matrix.every((value) => Math.abs(value) <= MOST);
  return isPossible && matrix.some((value, index) => value !== IDENTITY[index]) ? matrix : undefined;
}

/** Turned by an angle clockwise, in degrees; mirrored left to right before that. */
export function turned(degrees: number, mirrored: boolean): DisplayMatrix | undefined {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.round(Math.cos(angle) * ONE), Math.round(Math.sin(angle) * ONE)];
  const sign = mirrored ? -1 : 1;
  return effective([sign * cos || 0, sign * sin || 0, -sin || 0, cos, 0, 0]);
}

/** What has a picture that may be turned. */
interface Turned {
  readonly matrix?: DisplayMatrix | undefined;
}

/** `turned clockwise by 90°`, `mirrored`, `mirrored and turned clockwise by 270°`; `undefined` for a picture that stands as it is coded. */
export function describeTurn({ matrix }: Turned): string | undefined {
  if (!matrix) return undefined;
  const [a, b, c, d] = matrix;
  const mirrored = a * d - b * c < 0;
  const degrees = Math.round((Math.atan2(mirrored ? -b : b, mirrored ? -a : a) * 180) / Math.PI + 360) % 360;
  const turn = degrees === 0 ? undefined : `turned clockwise by ${degrees}°`;
  return mirrored ? ['mirrored', ...(turn ? [turn] : [])].join(' and ') : turn;
}

/** Shown higher than it is coded wide: turned by something near a right angle. */
export const isSideways = ({ matrix }: Turned): boolean =>
  matrix !== undefined && Math.abs(matrix[1]) > Math.abs(matrix[0]);
