/** What an OBU is made of (AV1 specification, 5.3). */
export interface ObuFacts {
  readonly type: number;
  readonly payload?: Uint8Array;
  /** The extension header: layers. */
  readonly extension?: number;
  /** @default true */
  readonly sized?: boolean;
}

/** Write an OBU. */
export function obu({ type, payload = new Uint8Array(), extension, sized = true }: ObuFacts): Uint8Array {
  const header = (type << 3) | (extension === undefined ? 0 : 4) | (sized ? 2 : 0);
  return Uint8Array.from([
    header,
    ...(extension === undefined ? [] : [extension]),
    ...(sized ? leb128(payload.length) : []),
    ...payload,
  ]);
}

function leb128(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...leb128(value >> 7)];
}
