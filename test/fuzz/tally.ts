import { MODES } from '../helpers/titles/modes.ts';
import type { Defect } from './campaign.ts';
import type { Finding } from './worker.ts';

/** What runs of one mode came to. */
interface ModeTally {
  runs: number;
  packaged: number;
  samples: number;
  /** How often each code was. */
  readonly refusals: Map<string, number>;
}

/** What a campaign has found. */
export class Tally {
  mutants = 0;
  /** Bytes. */
  peak = 0;
  readonly defects: Defect[] = [];
  readonly #modes = new Map<string, ModeTally>();

  add({ runs, peak }: Finding): void {
    this.mutants++;
    this.peak = Math.max(this.peak, peak);
    for (const { mode, outcome, samples } of runs) {
      const row = this.#modes.get(mode) ?? { runs: 0, packaged: 0, samples: 0, refusals: new Map() };
      this.#modes.set(mode, row);
      row.runs++;
      row.samples += samples;
      if (outcome === 'packaged') row.packaged++;
      else row.refusals.set(outcome, (row.refusals.get(outcome) ?? 0) + 1);
    }
  }

  /** Mutants in a mode each. */
  get runs(): number {
    return this.#sum(({ runs }) => runs);
  }

  get packaged(): number {
    return this.#sum(({ packaged }) => packaged);
  }

  /** Coded samples of what was packaged that were decrypted and compared. */
  get samples(): number {
    return this.#sum(({ samples }) => samples);
  }

  refused(code: string): number {
    return this.#sum(({ refusals }) => refusals.get(code) ?? 0);
  }

  /** A row a mode, a column a code. */
  get table(): string {
    const codes = [
      ...new Set([...this.#modes.values()].flatMap(({ refusals }) => [...refusals.keys()])),
    ].sort();
    const head = ['mode', 'runs', 'packaged', 'samples', ...codes];
    const rows = MODES.flatMap(({ name }) => {
      const row = this.#modes.get(name);
      if (!row) return [];
      const { runs, packaged, samples, refusals } = row;
      return [[name, runs, packaged, samples, ...codes.map((code) => refusals.get(code) ?? 0)]];
    });
    const all = ['all', this.runs, this.packaged, this.samples, ...codes.map((code) => this.refused(code))];
    const cells = [head, ...rows, all].map((row) => row.map(String));
    const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
    const line = (row: readonly string[]): string =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  ');
    return cells.map(line).join('\n');
  }

  #sum(of: (row: ModeTally) => number): number {
    return [...this.#modes.values()].reduce((total, row) => total + of(row), 0);
  }
}
