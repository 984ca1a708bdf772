import { fail } from '../../base/errors.ts';
import type { CueList } from '../cue-list.ts';
import type { TtElement } from './elements.ts';
import { isAnimation, MOVING } from './still-paragraph.ts';
import type { StyleLosses } from './style-losses.ts';
import type { Interval } from './timing.ts';

/** Elements of all paragraphs, times their changes: more of it would take longer than anybody waits. */
const MOST_CHANGES = 4_000_000;

/** Finds when the paragraphs of a document change while they are shown, because spans in them come and go. */
export class ParagraphChanges {
  readonly #times: ReadonlyMap<TtElement, Interval>;
  readonly #list: CueList;
  readonly #losses: StyleLosses;
  readonly #name: string;
  #work = 0;

  /**
   * @param list told of spans whose times cannot be read
   * @param losses told of what moves
   * @param name how messages name the document
   */
  constructor(times: ReadonlyMap<TtElement, Interval>, list: CueList, losses: StyleLosses, name: string) {
    this.#times = times;
    this.#list = list;
    this.#losses = losses;
    this.#name = name;
  }

  /** The times between which a paragraph stays as it is. */
  of(element: TtElement, { begin, end }: Interval): [start: number, end: number][] {
    const cuts = new Set([begin, end]);
    let size = 1;
    const visit = (parent: TtElement): void => {
      for (const child of parent.children) {
        if (typeof child === 'string') continue;
        size++;
        const times = this.#times.get(child);
        if (Number.isNaN(times?.end) && !Number.isNaN(end))
          this.#list.leaveOut('untimed', `line ${child.line}`);
        for (const cut of times === undefined ? [] : [times.begin, times.end]) {
          if (cut > begin && cut < end) cuts.add(cut);
        }
        if (isAnimation(child)) this.#losses.add(MOVING);
        visit(child);
      }
    };
    visit(element);
    this.#work += size * (cuts.size - 1);
    if (this.#work > MOST_CHANGES) {
      throw fail.badText(
        this.#name,
        `its paragraphs change too often while they are shown (line ${element.line})`,
        'Split long paragraphs whose spans have times of their own.',
      );
    }
    const sorted = [...cuts].sort((a, b) => a - b);
    if (sorted.length <= 2) return [[begin, end]];
    return sorted.slice(0, -1).map((start, index) => [start, sorted[index + 1]!]);
  }
}
