import { view } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import type { EncryptedResources } from '../contract/rendition.ts';
import { type ApartCipher, type Protector, type ResourceCipher, withApart } from '../protection/protector.ts';
import { CLEAR } from '../title/periods.ts';

/** Bytes of a resource that goes to another thread, in each of which a piece is compared. */
const PIECE = 65_536;
/** Bytes of each piece that are compared; of fewer than a block nothing can be said. */
const PROBE = 64;
const BLOCK = 16;
/** Bytes of what players fetch at once that may be a mode's own and clear: a header. At most so many, and a quarter of what there is. */
const MOST_OWN = 4096;

export interface GuardedResources {
  readonly mode: string;
  readonly unit: string;
  /** What plugins answered, of all crypto periods. */
  readonly protector: Protector;
  /** Of each resource: its crypto period, or `CLEAR`. */
  readonly periods: Int32Array;
}

/**
 * Stands between a mode and the protector of its finished resources (segments, a file) and judges that by its result: the
 * first bytes of every piece are compared with what comes back, and the first ones of a resource are searched for in it. Resources that the grid leaves clear pass.
 */
export class ResourceGuard {
  /** What the mode gets in the protector's place. */
  readonly protector: Protector;
  readonly #mode: string;
  readonly #unit: string;
  #count = 0;
  #bytes = 0;
  /** What came out of each resource that was begun, by its number, header and all: those that stay clear too. */
  readonly #written = new Map<number, number>();
  #begun = 0;

  constructor({ mode, unit, protector, periods }: GuardedResources) {
    this.#mode = mode;
    this.#unit = unit;
    this.protector = {
      scheme: protector.scheme,
      ...(protector.protectSegment && {
        protectSegment: (segment) => protector.protectSegment!(segment),
      }),
      ...(protector.protectResource && {
        protectResource: (index: number) => {
          const cipher = this.#counted(index, protector.protectResource!(index));
          return periods[index] === CLEAR ? cipher : this.#guarded(cipher);
        },
      }),
    };
  }

  /**
   * What was found, when the unit is written.
   * @param segments bytes of each segment that players fetch; none of what is delivered whole
   * @param files bytes of each file that was written
   * @throws PackagerError LEFT_CLEAR when nothing was encrypted, or less than there is
   */
  finish(segments: readonly number[], files: readonly number[]): EncryptedResources {
    if (this.#bytes === 0) throw this.#leftClear('nothing went through the protector');
    const [there, written] = [sumOf(segments), sumOf(this.#written.values())];
    // Both: one resource may hold many segments, and a mode may put something of its own in front of each.
    if (this.#begun < segments.length && written < there) {
      throw this.#leftClear(
        `of ${segments.length} segments with ${there} bytes ${this.#begun} with ${written} went through the protector`,
      );
    }
    this.#requireEach(segments);
    const all = sumOf(files);
    const own = sumOf(segments.map(mostOwn)) + sumOf(files.map(mostOwn));
    if (written + own < all)
      throw this.#leftClear(`of ${all} bytes that it writes ${written} went through the protector`);
    return { count: this.#count, bytes: this.#bytes };
  }

  /** Where each segment is a resource of its own, they are told apart by their numbers, and come in order. */
  #requireEach(segments: readonly number[]): void {
    if (this.#written.size !== segments.length) return;
    const written = [...this.#written].sort(([one], [other]) => one - other);
    for (const [place, size] of segments.entries()) {
      const [index, bytes] = written[place]!;
      if (bytes + mostOwn(size) >= size) continue;
      throw this.#leftClear(`of ${size} bytes of segment ${index + 1} ${bytes} went through the protector`);
    }
  }

  #counted(index: number, cipher: ResourceCipher): ResourceCipher {
    this.#begun += 1;
    const count = (answer: Uint8Array): Uint8Array => {
      this.#written.set(index, (this.#written.get(index) ?? 0) + answer.length);
      return answer;
    };
    count(cipher.header ?? new Uint8Array(0));
    const counted = {
      ...(cipher.iv && { iv: cipher.iv }),
      ...(cipher.header && { header: cipher.header }),
      update: (bytes: Uint8Array) => count(cipher.update(bytes)),
      final: () => count(cipher.final()),
    };
    const countAll = (encrypted: readonly Uint8Array[]): void => {
      for (const bytes of encrypted) count(bytes);
    };
    return withApart(counted, cipher.apart && watched(cipher.apart, () => countAll));
  }

  #guarded(cipher: ResourceCipher): ResourceCipher {
    const number = ++this.#count;
    const probe = Buffer.alloc(PROBE);
    let first: Buffer | undefined;
    let read = 0;
    let written = 0;
    /** @param most bytes of `probe` that are the piece's */
    const judge = (answer: Uint8Array, most: number): void => {
      written += answer.length;
      const bytes = view(answer);
      const compared = Math.min(most, answer.length);
      const same = compared >= BLOCK && bytes.compare(probe, 0, compared, 0, compared) === 0;
      // A cipher may hold back what it is given: what comes first is searched as a whole.
      const held = first && answer.length >= first.length && bytes.includes(first);
      if (same || held)
        throw this.#leftClear(`bytes of resource ${number} came back from the protector as they were`);
      if (answer.length > 0) first = undefined;
    };
    const guarded = {
      ...(cipher.iv && { iv: cipher.iv }),
      ...(cipher.header && { header: cipher.header }),
      update: (bytes: Uint8Array) => {
        const most = Math.min(PROBE, bytes.length);
        probe.set(bytes.subarray(0, most));
        if (read === 0 && most >= BLOCK) first = Buffer.from(probe.subarray(0, most));
        read += bytes.length;
        this.#bytes += bytes.length;
        const answer = cipher.update(bytes);
        judge(answer, most);
        return answer;
      },
      final: () => {
        const answer = cipher.final();
        judge(answer, 0);
        if (written < read)
          throw this.#leftClear(`of ${read} bytes of resource ${number} the protector answered ${written}`);
        return answer;
      },
    };
    return withApart(
      guarded,
      cipher.apart && watched(cipher.apart, (clear) => this.#judgeApart(clear, number)),
    );
  }

  /** Take a few bytes of every piece of what another thread is to encrypt. @returns judges what came back */
  #judgeApart(clear: readonly Uint8Array[], number: number): (encrypted: readonly Uint8Array[]) => void {
    const probes: { readonly at: number; readonly bytes: Buffer }[] = [];
    let read = 0;
    for (const part of clear) {
      for (let from = 0; from < part.length; from += PIECE)
        probes.push({ at: read + from, bytes: Buffer.from(part.subarray(from, from + PROBE)) });
      read += part.length;
    }
    return (encrypted) => {
      this.#bytes += read;
      const written = encrypted.reduce((sum, { length }) => sum + length, 0);
      if (written < read)
        throw this.#leftClear(`of ${read} bytes of resource ${number} the protector answered ${written}`);
      const isSame = ({ at, bytes }: (typeof probes)[number]): boolean =>
        bytes.length >= BLOCK && bytes.equals(bytesAt(encrypted, at, bytes.length));
      const first = probes.find(({ bytes }) => bytes.length >= BLOCK);
      const isHeld = first !== undefined && bytesAt(encrypted, 0, PIECE).includes(first.bytes);
      if (isHeld || probes.some(isSame))
        throw this.#leftClear(`bytes of resource ${number} came back from the protector as they were`);
    };
  }

  #leftClear(what: string) {
    return fail.leftClear(this.#mode, this.#unit, what);
  }
}

const mostOwn = (size: number): number => Math.min(MOST_OWN, Math.floor(size / 4));

const sumOf = (sizes: Iterable<number>): number => {
  let sum = 0;
  for (const size of sizes) sum += size;
  return sum;
};

/** Let somebody else watch it too. */
function watched(
  { recipe, watch }: ApartCipher,
  look: (clear: readonly Uint8Array[]) => (encrypted: readonly Uint8Array[]) => void,
): ApartCipher {
  return {
    recipe,
    watch(clear) {
      const judges = [watch?.(clear), look(clear)];
      return (encrypted) => {
        for (const judge of judges) judge?.(encrypted);
      };
    },
  };
}

/** At most `length` bytes from a place on of what lies in pieces. */
function bytesAt(pieces: readonly Uint8Array[], at: number, length: number): Buffer {
  const found: Uint8Array[] = [];
  let start = 0;
  for (const piece of pieces) {
    const from = Math.max(at - start, 0);
    if (start < at + length && from < piece.length) found.push(piece.subarray(from, at + length - start));
    start += piece.length;
  }
  return Buffer.concat(found);
}
