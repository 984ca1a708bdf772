/** Names of files, each once, by numbers: of a title in segments there are tens of thousands. */
export class FileNames {
  readonly #names: string[];
  readonly #numbers: Map<string, number>;

  /** @param names of `plain` */
  constructor(names: readonly string[] = []) {
    this.#names = [...names];
    this.#numbers = new Map(names.map((name, number) => [name, number]));
  }

  /** Plain data, to cross threads. */
  plain(): readonly string[] {
    return this.#names;
  }

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }

  at(number: number): string {
    return this.#names[number]!;
  }
}
