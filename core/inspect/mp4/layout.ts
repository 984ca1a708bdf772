import { GrowingDoubles } from '../../base/growing-column.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { Box } from './box.ts';
import type { BrandFacts, EventFacts, IndexFacts, IndexRow, TopLevelBoxes } from './facts.ts';
import { wholeBox } from './fragment.ts';
import type { Mp4Layout } from './mp4-file.ts';
import { BoxWalk } from './top-level.ts';

/** Larger boxes of these types are damaged: one is read into memory as a whole. */
const READ: ReadonlySet<string> = new Set(['ftyp', 'styp', 'sidx', 'emsg']);

/**
 * What lies in a file of boxes, `moov`, `moof` and `mdat` by their places alone.
 * @param file any file of MP4: an init segment, a media segment, a whole file
 * @throws DamageError
 */
export async function readMp4Layout(file: ByteSource): Promise<Mp4Layout> {
  const walk = new BoxWalk({ source: file, from: 0, to: file.size });
  const boxes = new BoxColumns();
  const brands: BrandFacts[] = [];
  const indexes: IndexFacts[] = [];
  const events: EventFacts[] = [];
  const found = walk.boxes();
  for (let next = await found.next(); ; next = await found.next()) {
    if (next.done) return { boxes, brands, indexes, events, rest: next.value };
    const place = next.value;
    boxes.push(place.type, place.position, place.size);
    if (!READ.has(place.type)) continue;
    const box = wholeBox(await walk.hold(place));
    if (box.type === 'sidx') indexes.push(readIndex(box));
    else if (box.type === 'emsg') events.push(readEvent(box));
    else brands.push(readBrands(box));
  }
}

class BoxColumns implements TopLevelBoxes {
  readonly #types: string[] = [];
  readonly #positions = new GrowingDoubles();
  readonly #sizes = new GrowingDoubles();

  get count(): number {
    return this.#types.length;
  }

  push(type: string, position: number, size: number): void {
    this.#types.push(type);
    this.#positions.push(position);
    this.#sizes.push(size);
  }

  type(row: number): string {
    return this.#types[row]!;
  }

  position(row: number): number {
    return this.#positions.values[row]!;
  }

  size(row: number): number {
    return this.#sizes.values[row]!;
  }
}

export function readBrands(box: Box): BrandFacts {
  const fields = box.fields();
  const major = fields.fourCC();
  const minorVersion = fields.u32();
  const compatible: string[] = [];
  while (fields.left >= 4) compatible.push(fields.fourCC());
  return { ...box.place, major, minorVersion, compatible };
}

/** Bits of a row of `sidx` that are one word. */
const [SIZE, DELTA] = [0x7fff_ffff, 0x0fff_ffff];

/** Segment Index (ISO/IEC 14496-12, 8.16.3). */
export function readIndex(box: Box): IndexFacts {
  const { version, fields } = box.fullFields();
  const referenceId = fields.u32();
  const timescale = fields.u32();
  const earliestTime = fields.word(version > 0);
  const firstOffset = fields.word(version > 0);
  const rows: IndexRow[] = [];
  let position = box.position + box.size + firstOffset;
  let time = earliestTime;
  for (let left = fields.skip(2).u16(); left > 0; left--) {
    const [reference, duration, sap] = [fields.u32(), fields.u32(), fields.u32()];
    const size = reference & SIZE;
    rows.push({
      position,
      size,
      isIndex: reference > SIZE,
      time,
      duration,
      startsWithSap: sap > SIZE,
      sapType: (sap >>> 28) & 7,
      sapDeltaTime: sap & DELTA,
    });
    position += size;
    time += duration;
  }
  return { ...box.place, referenceId, timescale, earliestTime, firstOffset, rows };
}

export function readEvent(box: Box): EventFacts {
  const { version, fields } = box.fullFields();
  const texts = () => ({ schemeIdUri: fields.text(), value: fields.text() });
  const before = version === 0 ? texts() : undefined;
  const timescale = fields.u32();
  const time = fields.word(version === 1);
  const numbers = { duration: fields.u32(), id: fields.u32() };
  const { schemeIdUri, value } = before ?? texts();
  const message = fields.bytes(fields.left);
  return { ...box.place, version, schemeIdUri, value, timescale, time, ...numbers, message };
}
