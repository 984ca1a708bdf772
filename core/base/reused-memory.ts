import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** Set by the test command, for it and everything that it starts. */
const SPOILS = process.env['SEALPACK_SPOIL_MEMORY'] === '1';

/** Neither a start code nor a length that anything has. */
const PATTERN = 0xdb;

/**
 * Say that memory is about to be used for something else. In tests it is overwritten, so that whoever still looks at it
 * shows, in the smallest file; otherwise nothing happens.
 */
export const spoil: (bytes: Uint8Array) => void = SPOILS ? overwrite : () => {};

/** What was given away to another thread has no bytes any more. */
function overwrite(bytes: Uint8Array): void {
  if (bytes.length > 0) bytes.fill(PATTERN);
}

/** Pieces of memory that is used again, each valid until the next one is asked for: in tests not a moment longer. */
export class LentBytes {
  #last: Uint8Array | undefined;

  /** The same bytes; in tests a copy, and the one before is overwritten. */
  readonly lend: (bytes: Uint8Array) => Uint8Array = SPOILS ? (bytes) => this.#copy(bytes) : (bytes) => bytes;

  #copy(bytes: Uint8Array): Uint8Array {
    if (this.#last) spoil(this.#last);
    this.#last = Buffer.from(bytes);
    return this.#last;
  }
}

/** Smaller pieces are the collector's: telling costs more than it frees. In tests all are given back. */
const WORTH_TELLING = SPOILS ? 1 : 2 ** 13;

/** More than most pieces that are given back. It is never touched, so it costs addresses and no memory. */
const LARGEST = 2 ** 23;

/** A port that nobody listens to. */
let nowhere: MessagePort | undefined;

/**
 * Free a large piece of memory (what a cipher answers, a buffer that got too small) as soon as nobody needs it, not when the
 * collector comes by: until then dozens of MiB gather, and V8 marks its whole heap again and again to be rid of them. Whoever
 * still looks finds it empty. What shares its memory with others stays.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < WORTH_TELLING || byteLength < buffer.byteLength || !(buffer instanceof ArrayBuffer))
    return;
  nowhere ??= openNowhere();
  nowhere.postMessage(undefined, [buffer]);
}

/**
 * What is transferred to a closed port is gone. The C library hands freed memory to the system, and has to be given it anew,
 * page by page, until it has seen that pieces of such a size come and go: so one does, first.
 */
function openNowhere(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(undefined, [new ArrayBuffer(LARGEST)]);
  return port1;
}

/** Bytes that a thread keeps for whoever needs memory next: the segments of a title or two. */
const MOST_KEPT = 2 ** 25;

/** What waits to be used again, the one that was kept last at the end. */
const kept: Uint8Array<ArrayBuffer>[] = [];
let keptBytes = 0;

/**
 * Memory of any content, at least as long as asked for, with some room to spare: or every segment that is a little larger than all before
 * would take a new piece. Touching fresh memory costs several times as much as writing to it again, so what
 * {@link keepForOthers} kept comes first: of hundreds of small titles, all but the first find theirs.
 */
export function reusedMemory(bytes: number): Uint8Array<ArrayBuffer> {
  const wanted = Math.ceil(bytes * 1.25);
  let best = -1;
  for (const [index, { length }] of kept.entries())
    if (length >= bytes && length <= 2 * wanted && length < (kept[best]?.length ?? Number.POSITIVE_INFINITY))
      best = index;
  const [found] = best < 0 ? [] : kept.splice(best, 1);
  nowhere ??= openNowhere(); // what ciphers answer is not asked of the system again and again either
  if (!found) return Buffer.allocUnsafeSlow(wanted);
  keptBytes -= found.length;
  return found;
}

/** Say that a piece of {@link reusedMemory} is not needed any more. Nobody may look at it from now on. */
export function keepForOthers(piece: Uint8Array<ArrayBuffer>): void {
  spoil(piece);
  if (piece.length < WORTH_TELLING || piece.length > MOST_KEPT) {
    giveBack(piece);
    return;
  }
  kept.push(piece);
  keptBytes += piece.length;
  while (keptBytes > MOST_KEPT) {
    const oldest = kept.shift()!;
    keptBytes -= oldest.length;
    giveBack(oldest);
  }
}
