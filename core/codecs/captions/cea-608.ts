/** What a pair of bytes is made of without its parity. */
const SEVEN_BITS = 0x7f;
/** First bytes of control codes (CEA-608-E, 8.4): 0x10 to 0x1F, of which this bit names the second channel of the field. */
const FIRST_CONTROL = 0x10;
const FIRST_CHARACTER = 0x20;
const SECOND_CHANNEL = 0x08;

/** Second bytes of miscellaneous control codes (table 3). */
const TEXT_MODE: ReadonlySet<number> = new Set([0x2a, 0x2b]); // text restart, resume text display
const CAPTION_MODE: ReadonlySet<number> = new Set([0x20, 0x25, 0x26, 0x27, 0x29, 0x2f]);

const isOdd = (byte: number): boolean => {
  let rest = byte;
  for (let shift = 4; shift > 0; shift >>= 1) rest ^= rest >> shift;
  return (rest & 1) === 1;
};

/**
 * Tells which of the two caption channels of a field show something. Padding, control codes alone, text services (T1 to T4) and
 * the packets of XDS that share the second field are no captions.
 */
export class Cea608Field {
  readonly #shown = [false, false];
  readonly #isText = [false, false];
  /** The channel that characters are of; `undefined` before the first control code, and in packets of XDS. */
  #channel: 0 | 1 | undefined;

  /** Whether the first and the second channel of the field have shown something. */
  get shown(): readonly boolean[] {
    return this.#shown;
  }

  /** Take a pair of bytes, in the order of presentation. */
  take(first: number, second: number): void {
    if (!isOdd(first)) return; // a decoder does not act on it
    const [a, b] = [first & SEVEN_BITS, second & SEVEN_BITS];
    if (a >= FIRST_CHARACTER) this.#characters(a, b);
    else if (a >= FIRST_CONTROL) this.#control(a, b);
    else if (a > 0) this.#channel = undefined; // a packet of XDS begins, goes on or ends
  }

  #control(a: number, b: number): void {
    const channel = (a & SECOND_CHANNEL) === 0 ? 0 : 1;
    const code = a & ~SECOND_CHANNEL;
    if (b < FIRST_CHARACTER) return;
    this.#channel = channel;
    const isMiscellaneous = (code === 0x14 || code === 0x15) && b < 0x30;
    if (isMiscellaneous && TEXT_MODE.has(b)) this.#isText[channel] = true;
    else if (isMiscellaneous && CAPTION_MODE.has(b)) this.#isText[channel] = false;
    // Special and extended characters; 0x11 0x39 is a transparent space.
    else if ((code === 0x11 && b >= 0x30 && b < 0x40 && b !== 0x39) || this.#isExtended(code, b))
      this.#show();
  }

  #isExtended = (code: number, b: number): boolean => (code === 0x12 || code === 0x13) && b < 0x40;

  #characters(a: number, b: number): void {
    if (a > FIRST_CHARACTER || b > FIRST_CHARACTER) this.#show();
  }

  #show(): void {
    if (this.#channel !== undefined && !this.#isText[this.#channel]) this.#shown[this.#channel] = true;
  }
}
