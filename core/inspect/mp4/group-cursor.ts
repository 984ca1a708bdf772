import type { SampleProtection } from '../model/media-track.ts';
import type { Box } from './box.ts';
import type { AuxiliaryFault, GroupFacts } from './facts.ts';
import type { SampleRows } from './sample-rows.ts';

/** Says what protects samples, in order: their `seig` group, else their entry. */
export class GroupCursor {
  readonly #groups: readonly GroupFacts[];
  readonly #within: Box;
  #group = 0;
  /** Samples of that group that were passed. */
  #used = 0;

  /** @param within the box that the samples are in, for messages */
  constructor(groups: readonly GroupFacts[], within: Box) {
    this.#groups = groups;
    this.#within = within;
  }

  /** Fill `protectedBy` of rows that follow those of the call before. @param otherwise of samples of no group */
  apply(rows: SampleRows, from: number, to: number, otherwise: SampleProtection | undefined): void {
    let row = from;
    while (row < to) {
      const group = this.#groups[this.#group];
      const end = group ? Math.min(row + group.samples - this.#used, to) : to;
      rows.protectedBy.fill(this.#numberOf(rows, group, otherwise), row, end);
      this.#used += end - row;
      row = end;
      if (group && this.#used === group.samples) this.#leave();
    }
  }

  /** What does not add up, when all samples were passed. */
  fault(): AuxiliaryFault | undefined {
    while (this.#groups[this.#group]?.samples === this.#used) this.#leave();
    if (this.#group >= this.#groups.length) return undefined;
    const { position } = this.#within;
    return { kind: 'group-count', position, reason: 'a "sbgp" of "seig" for more samples than there are' };
  }

  #leave(): void {
    this.#group += 1;
    this.#used = 0;
  }

  #numberOf(
    rows: SampleRows,
    group: GroupFacts | undefined,
    otherwise: SampleProtection | undefined,
  ): number {
    if (group && group.description > 0 && !group.protection)
      throw this.#within.damage(
        `has samples in group ${group.description} of "seig", which nothing describes`,
      );
    const number = rows.numberOf(group?.protection ?? otherwise);
    if (number < 0) throw this.#within.damage('has samples under more keys than a fragment can have');
    return number;
  }
}
