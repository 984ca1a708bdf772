interface Line<Unit> {
  readonly place: number;
  readonly units: Unit[];
}

/** Units that wait for a thread: title by title in the order of their places, so that the first title is finished first. */
export class UnitQueue<Unit> {
  /** In the order of their places; none is empty. */
  #lines: Line<Unit>[] = [];

  /** @param units of the title with this place, in the order in which they are to be done */
  add(place: number, units: readonly Unit[]): void {
    if (units.length === 0) return;
    const line = this.#lines.find((other) => other.place === place);
    if (line) for (const unit of units) line.units.push(unit);
    else this.#lines = [...this.#lines, { place, units: [...units] }].sort((a, b) => a.place - b.place);
  }

  /** The next unit of the first title that may have another one at work. */
  take(mayHaveMore: (place: number) => boolean): Unit | undefined {
    const line = this.#lines.find(({ place }) => mayHaveMore(place));
    const unit = line?.units.shift();
    if (line?.units.length === 0) this.#lines = this.#lines.filter((other) => other !== line);
    return unit;
  }

  has(mayHaveMore: (place: number) => boolean): boolean {
    return this.#lines.some(({ place }) => mayHaveMore(place));
  }

  /** Take all units of a title out. */
  remove(place: number): readonly Unit[] {
    const units = this.#lines.find((line) => line.place === place)?.units ?? [];
    this.#lines = this.#lines.filter((line) => line.place !== place);
    return units;
  }
}
