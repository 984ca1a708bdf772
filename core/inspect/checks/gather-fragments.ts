import type { FragmentFacts } from '../mp4/facts.ts';
import type { FragmentsFacts } from './package-facts.ts';

type Pssh = FragmentsFacts['pssh'][number];
type Fault = FragmentsFacts['faults'][number];

type FragmentNumber = Required<Pick<FragmentFacts, 'part' | 'position'>> & { readonly sequence: number };

/** As they lie: tracks of one file are read one after the other. */
const inOrder = (one: FragmentNumber, other: FragmentNumber): number =>
  one.part - other.part || one.position - other.position;

/** Takes each `moof` of a rendition once, and keeps what is told of it beside its samples. */
export class FragmentGatherer {
  readonly #sequences: FragmentNumber[] = [];
  readonly #pssh = new Map<string, Pssh>();
  readonly #faults = new Map<string, Fault>();
  readonly #seen = new Set<string>();

  /** The same one may come again and again: with each part of its samples, and with each of its tracks. */
  add(fragment: FragmentFacts, file: string): void {
    const { part, position, sequence = Number.NaN } = fragment;
    const name = `${part}@${position}`;
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    this.#sequences.push({ part, position, sequence });
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
      sequences: Float64Array.from(this.#sequences.sort(inOrder), ({ sequence }) => sequence),
      pssh: [...this.#pssh.values()],
      faults: [...this.#faults.values()],
    };
  }
}
