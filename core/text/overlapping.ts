/** What is there from a time to another, in milliseconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The largest end of each pair of neighbours, of each pair of those, and so on: leaves at `leaves`, the root at 1. */
interface EndTree {
  readonly leaves: number;
  readonly ends: Float64Array;
}

const TREES = new WeakMap<readonly Span[], EndTree>();

/**
 * The cues that are shown at some time in [from, to), in their order, with their places in the list. A title is cut into thousands
 * of segments, and one cue may last from its start to its end: so each cut asks a tree, and not every cue.
 *
 * @param cues by start
 */
export function overlapping<T extends Span>(
  cues: readonly T[],
  from: number,
  to: number,
): { cue: T; index: number }[] {
  const tree = TREES.get(cues) ?? endTree(cues);
  TREES.set(cues, tree);
  const found: { cue: T; index: number }[] = [];
  const visit = (node: number, first: number, width: number): void => {
    const cue = cues[first];
    if (cue === undefined || cue.start >= to || tree.ends[node]! <= from) return;
    if (width === 1) {
      found.push({ cue, index: first });
      return;
    }
    visit(2 * node, first, width / 2);
    visit(2 * node + 1, first + width / 2, width / 2);
  };
  if (from < to) visit(1, 0, tree.leaves);
  return found;
}

function endTree(cues: readonly Span[]): EndTree {
  let leaves = 1;
  while (leaves < cues.length) leaves *= 2;
  const ends = new Float64Array(2 * leaves).fill(Number.NEGATIVE_INFINITY);
  for (const [index, { end }] of cues.entries()) ends[leaves + index] = end;
  for (let node = leaves - 1; node > 0; node--) ends[node] = Math.max(ends[2 * node]!, ends[2 * node + 1]!);
  return { leaves, ends };
}
