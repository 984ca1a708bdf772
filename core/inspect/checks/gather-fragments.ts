import { GrowingDoubles } from '../../base/growing-column.ts';
import type { FragmentFacts } from '../mp4/facts.ts';
import type { FragmentsFacts } from './package-facts.ts';

type Pssh = FragmentsFacts['pssh'][number];
type Fault = FragmentsFacts['faults'][number];

/** Takes each `moof` of a rendition once, and keeps what is told of it beside its samples. */
export class FragmentGatherer {
  readonly #sequences = new GrowingDoubles();
  readonly #pssh = new Map<string, Pssh>();
  readonly #faults = new Map<string, Fault>();
  #last: FragmentFacts | undefined;

  /** The same one may come again and again: with each part of its samples. */
  add(fragment: FragmentFacts, file: string): void {
    if (fragment === this.#last) return;
    this.#last = fragment;
    this.#sequences.push(fragment.sequence ?? Number.NaN);
    for (const pssh of fragment.pssh) {
      const key = Buffer.from(pssh.bytes).toString('latin1');
      if (!this.#pssh.has(key)) this.#pssh.set(key, { ...pssh, file });
    }
    for (const fault of fragment.tracks.flatMap(({ faults }) => faults)) {
      const known = this.#faults.get(fault.kind);
      this.#faults.set(fault.kind, { ...(known ?? { ...fault, file }), count: (known?.count ?? 0) + 1 });
    }
  }

  facts(): FragmentsFacts {
    return {
      sequences: this.#sequences.values.slice(0, this.#sequences.length),
      pssh: [...this.#pssh.values()],
      faults: [...this.#faults.values()],
    };
  }
}
