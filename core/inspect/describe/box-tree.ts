import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import { type Box, boxesBetween } from '../mp4/box.ts';
import type { BoxPlace } from '../mp4/facts.ts';
import { wholeBox } from '../mp4/fragment.ts';
import { BoxWalk } from '../mp4/top-level.ts';
import { boxFields } from './box-fields.ts';
import { sentenceOf } from './describe-mp4.ts';
import type { Damage, NamedValue } from './description.ts';

/** A box of a file with what is in it, or boxes that are left out because many like them were shown. */
export type BoxNode = BoxNodeShown | BoxesLeftOut;

export interface BoxNodeShown {
  readonly type: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly size: number;
  /** Key fields, as text. */
  readonly fields: readonly NamedValue[];
  readonly boxes: readonly BoxNode[];
  /** What is wrong with it. */
  readonly damage?: Damage;
}

export interface BoxesLeftOut {
  readonly leftOut: number;
  readonly types: readonly string[];
}

export interface BoxTree {
  readonly boxes: readonly BoxNode[];
  readonly damage?: Damage;
}

/** So many boxes of a type are shown side by side: of fragments, and of what is within another box. */
const SHOWN = { outside: 2, inside: 8 };

/** Boxes that hold boxes, and bytes of fields before these (ISO/IEC 14496-12, table 1). */
const CONTAINERS: Readonly<Record<string, number>> = {
  ...{
    moov: 0,
    trak: 0,
    edts: 0,
    mdia: 0,
    minf: 0,
    dinf: 0,
    stbl: 0,
    mvex: 0,
    moof: 0,
    traf: 0,
    mfra: 0,
    udta: 0,
  },
  ...{ sinf: 0, schi: 0, strk: 0, rinf: 0, gmhd: 0, dref: 8, stsd: 8 },
};

/** Bytes of fields of a sample entry, by the handler of its track (8.5.2, 12.1.3, 12.2.3). */
const ENTRY_FIELDS: Readonly<Record<string, number>> = { vide: 78, soun: 28 };

/** Larger ones are told by their header alone: they are data. */
const MOST_BYTES = 2 ** 28;

/** The boxes of a file as a tree. Where many of a kind stand side by side, the first are shown and how many more there are. */
export async function readBoxTree(source: ByteSource): Promise<BoxTree> {
  const walk = new BoxWalk({ source, from: 0, to: source.size });
  const list = new NodeList(SHOWN.outside);
  try {
    const found = walk.boxes();
    for (let next = await found.next(); !next.done; next = await found.next()) {
      const place = next.value;
      if (list.leavesOut(place.type)) continue;
      list.push(isOpened(place) ? nodeOf(wholeBox(await walk.hold(place)), source, '') : shut(place));
    }
    return { boxes: list.finish() };
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause;
    return { boxes: list.finish(), damage: damageOf(cause, source) };
  }
}

const isOpened = ({ type, size }: BoxPlace): boolean => type !== 'mdat' && size <= MOST_BYTES;

const shut = ({ type, position, size }: BoxPlace): BoxNodeShown => ({
  ...{ type, offset: position, size },
  ...{ fields: [], boxes: [] },
});

const damageOf = (cause: DamageError, source: ByteSource): Damage => ({
  offset: cause.offset,
  message: sentenceOf(cause, source),
});

/** Nodes side by side, some of which are left out. */
class NodeList {
  readonly #most: number;
  readonly #nodes: BoxNode[] = [];
  readonly #counts = new Map<string, number>();
  #left = 0;
  #types = new Set<string>();

  /** @param most of a type that are shown */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether there were enough of a type: it is counted then. */
  leavesOut(type: string): boolean {
    const count = (this.#counts.get(type) ?? 0) + 1;
    this.#counts.set(type, count);
    if (count <= this.#most) return false;
    this.#left += 1;
    this.#types.add(type);
    return true;
  }

  push(node: BoxNodeShown): void {
    this.#close();
    this.#nodes.push(node);
  }

  finish(): readonly BoxNode[] {
    this.#close();
    return this.#nodes;
  }

  #close(): void {
    if (this.#left > 0) this.#nodes.push({ leftOut: this.#left, types: [...this.#types] });
    this.#left = 0;
    this.#types = new Set();
  }
}

/** @param handler of the track that it is in */
function nodeOf(box: Box, source: ByteSource, handler: string): BoxNodeShown {
  const place = { type: box.type, offset: box.position, size: box.size };
  const fields: NamedValue[] = [];
  const list = new NodeList(SHOWN.inside);
  try {
    fields.push(...boxFields(box));
    const own = box.type === 'mdia' ? handlerOf(box) : handler;
    for (const child of childrenOf(box, own)) {
      // Tracks are few, and each says something else.
      if (child.type !== 'trak' && list.leavesOut(child.type)) continue;
      list.push(nodeOf(child, source, own));
    }
    return { ...place, fields, boxes: list.finish() };
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause;
    return { ...place, fields, boxes: list.finish(), damage: damageOf(cause, source) };
  }
}

const handlerOf = (mdia: Box): string => mdia.child('hdlr')?.fullFields().fields.skip(4).fourCC() ?? '';

function childrenOf(box: Box, handler: string): readonly Box[] {
  const skip = CONTAINERS[box.type];
  if (skip !== undefined) return box.children(skip);
  // `meta` has version and flags in MP4, and none in QuickTime.
  if (box.type === 'meta') return box.children(box.fields().u32() === 0 ? 4 : 0);
  return isEntry(box) ? entryChildren(box, handler) : [];
}

const ENTRIES =
  /^(?:enc[vatm]|avc[1-4]|hvc1|hev1|dvh[1e]|dva[1v]|av01|vp0[89]|mp4[av]|ac-[34]|ec-3|Opus|fLaC|stpp|wvtt)$/;

const isEntry = ({ type }: Box): boolean => ENTRIES.test(type);

function entryChildren(box: Box, handler: string): readonly Box[] {
  const fixed = ENTRY_FIELDS[handler];
  if (fixed !== undefined) return box.children(fixed);
  if (box.type !== 'stpp') return box.children(8);
  // Three texts, each ended by a zero.
  const fields = box.fields().skip(8);
  for (let texts = 3; texts > 0; texts--) fields.text();
  return boxesBetween(box.held, fields.at, box.end);
}
