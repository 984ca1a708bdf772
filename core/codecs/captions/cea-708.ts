/** Number of the extended service header (CEA-708-E, 6.2.2). */
const EXTENDED = 7;
/** Parameter bytes of C1 commands, 0x80 to 0x9F (table 27). */
const PARAMETERS = [
  ...[0, 0, 0, 0, 0, 0, 0, 0], // CW0 to CW7
  ...[1, 1, 1, 1, 1, 1, 0, 0], // CLW DSW HDW TGW DLW DLY DLC RST
  ...[2, 3, 2, 0, 0, 0, 0, 4], // SPA SPC SPL, reserved, SWA
  ...[6, 6, 6, 6, 6, 6, 6, 6], // DF0 to DF7
];

/** Tells which services of a caption channel of CEA-708 show something: windows and pens alone are nothing to read. */
export class Cea708Services {
  readonly #shown = new Set<number>();
  #packet: number[] = [];
  /** Bytes that the packet has; 0: none has begun. */
  #size = 0;

  /** Numbers of services that have shown something, ascending. */
  get shown(): readonly number[] {
    return [...this.#shown].sort((a, b) => a - b);
  }

  /** Take a pair of bytes of the channel, in the order of presentation. @param isStart a packet begins with it (cc_type 3) */
  take(isStart: boolean, first: number, second: number): void {
    if (isStart) {
      this.#packet = [];
      const code = first & 0x3f;
      this.#size = code === 0 ? 128 : code * 2;
    }
    if (this.#size === 0) return;
    this.#packet.push(first, second);
    if (this.#packet.length < this.#size) return;
    this.#blocks(Uint8Array.from(this.#packet).subarray(1, this.#size));
    this.#size = 0;
  }

  /** The service blocks of a packet (CEA-708-E, 6.2). */
  #blocks(data: Uint8Array): void {
    for (let at = 0; at < data.length; ) {
      const header = data[at++]!;
      const size = header & 0x1f;
      let service = header >> 5;
      if (service === EXTENDED && size > 0) service = (data[at++] ?? 0) & 0x3f;
      if (service === 0) return; // a null block: nothing comes behind it
      if (isShown(data.subarray(at, at + size))) this.#shown.add(service);
      at += size;
    }
  }
}

/** Whether there is a character other than a space in the codes of a service block (CEA-708-E, 7.1). */
function isShown(codes: Uint8Array): boolean {
  for (let at = 0; at < codes.length; ) {
    const code = codes[at++]!;
    if (code < 0x10) continue; // C0
    if (code === 0x10) {
      const extended = codes[at++] ?? 0;
      if (isExtendedCharacter(extended)) return true;
      at += extendedParameters(extended, codes[at]);
    } else if (code === 0x18) {
      if (((codes[at] ?? 0) << 8) + (codes[at + 1] ?? 0) > 0x20) return true; // P16: a character of two bytes
      at += 2;
    } else if (code < 0x20) at += code < 0x18 ? 1 : 2;
    else if (code >= 0x80 && code < 0xa0) at += PARAMETERS[code - 0x80]!;
    else if (code !== 0x20 && code !== 0xa0) return true; // G0, G1
  }
  return false;
}

/** Of G2, but for its transparent spaces, or of G3. */
const isExtendedCharacter = (code: number): boolean => (code > 0x21 && code < 0x80) || code >= 0xa0;

/** Bytes behind a code of C2 and C3 (7.1.6 and 7.1.7). */
function extendedParameters(code: number, next = 0): number {
  if (code < 0x20) return code >> 3;
  if (code >= 0x80 && code < 0x90) return code < 0x88 ? 4 : 5;
  return code >= 0x90 && code < 0xa0 ? 1 + (next & 0x3f) : 0;
}
