import type { ListedFault } from '../model/listed-package.ts';

/** Of one rule in one manifest; a playlist of 40,000 lines of anything else says it as often. */
const MOST = 50;

/** Faults of syntax as they are found: of each rule the first ones, and how many more there were. */
export class FaultList {
  readonly #faults: ListedFault[] = [];
  readonly #counts = new Map<string, { readonly path: string; readonly rule: string; count: number }>();

  /** @param text a whole sentence */
  add(path: string, line: number | undefined, rule: string, text: string): void {
    const key = `${rule} ${path}`;
    const counted = this.#counts.get(key) ?? { path, rule, count: 0 };
    this.#counts.set(key, counted);
    counted.count++;
    if (counted.count <= MOST) this.#faults.push({ path, line, rule, text });
  }

  all(): ListedFault[] {
    const more = [...this.#counts.values()].filter(({ count }) => count > MOST);
    return [
      ...this.#faults,
      ...more.map(({ path, rule, count }) => ({
        path,
        line: undefined,
        rule,
        text: `The same is said of ${count - MOST} further places in ${path}.`,
      })),
    ];
  }
}
