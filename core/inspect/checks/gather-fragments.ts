import { GrowingDoubles } from '../../base/growing-column.ts';
import type { FragmentFacts } from '../mp4/facts.ts';
import { FileNames } from './file-names.ts';
import type { FragmentsFacts } from './package-facts.ts';

type Pssh = FragmentsFacts['pssh'][number];
type Fault = FragmentsFacts['faults'][number];

/** Takes each `moof` of a rendition once, and keeps what is told of it beside its samples. */
export class FragmentGatherer {
  /** File, place in it, and sequence number of each. */
  readonly #places = new GrowingDoubles();
  readonly #files = new FileNames();
  readonly #known = new Set<string>();
  readonly #pssh = new Map<string, Pssh>();
  readonly #faults = new Map<string, Fault>();
  #last: FragmentFacts | undefined;

  /** The same one may come again and again: with each part of its samples. */
  add(fragment: FragmentFacts, file: string): void {
    if (fragment === this.#last) return;
    this.#last = fragment;
    // Each track of a file is read by itself, and comes by the same fragments.
    const place = `${fragment.position} ${file}`;
    if (this.#known.has(place)) return;
    this.#known.add(place);
    for (const value of [this.#files.numberOf(file), fragment.position, fragment.sequence ?? Number.NaN])
      this.#places.push(value);
    for (const pssh of fragment.pssh) {
      const key = Buffer.from(pssh.bytes).toString('latin1');
      if (!this.#pssh.has(key)) this.#pssh.set(key, { ...pssh, file });
    }
    for (const fault of fragment.tracks.flatMap(({ faults }) => faults)) {
      const known = this.#faults.get(fault.kind);
      this.#faults.set(fault.kind, { ...(known ?? { ...fault, file }), count: (known?.count ?? 0) + 1 });
    }
  }

  /** Sequence numbers as the fragments lie, whichever track they were read for. */
  #inOrder(): Float64Array {
    const { values, length } = this.#places;
    const rows = Uint32Array.from({ length: length / 3 }, (_, row) => 3 * row);
    rows.sort((one, other) => values[one]! - values[other]! || values[one + 1]! - values[other + 1]!);
    return Float64Array.from(rows, (row) => values[row + 2]!);
  }

  facts(): FragmentsFacts {
    return {
      sequences: this.#inOrder(),
      pssh: [...this.#pssh.values()],
      faults: [...this.#faults.values()],
    };
  }
}
