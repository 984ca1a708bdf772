import { fail, PackagerError } from '../base/errors.ts';
import { sentenceOf } from './mistakes.ts';

/** So many are told: who has made more has most often made one. */
const MOST_TOLD = 20;

/** One mistake, however many rows have it. */
interface Told {
  readonly error: PackagerError;
  /** The row that it was found in first; `undefined`: it is of what all of them are laid over. */
  readonly where: string | undefined;
  rows: number;
}

/** Mistakes of the rows of a manifest or of titles for a queue, and of what they are laid over. What many have in common is told once. */
export class RowMistakes {
  readonly #template: string;
  readonly #told = new Map<string, Told>();

  /** @param template how messages name what rows are laid over */
  constructor(template: string) {
    this.#template = template;
  }

  /** Of the config or the command line, found with a row: most often all have it. */
  ofTemplate(complaint: string): void {
    this.#add(fail.invalidConfig(this.#template, [complaint]), complaint, undefined);
  }

  /** A complaint about a row. */
  ofRow(complaint: string, where: string): void {
    this.#add(fail.invalidConfig(where, [complaint]), complaint, where);
  }

  /** @param where empty: it needs no name */
  add(error: PackagerError, where: string): void {
    this.#add(error, sentenceOf(error), where);
  }

  /** What says itself which rows it is of. */
  addWhole(error: PackagerError): void {
    this.#told.set(`\0${sentenceOf(error)}`, { error, where: '', rows: 1 });
  }

  #add(error: PackagerError, sentence: string, where: string | undefined): void {
    const known = this.#told.get(sentence);
    if (known) known.rows++;
    else this.#told.set(sentence, { error, where, rows: 1 });
  }

  /**
   * @param of how many rows there are
   * @param heading what has not happened for it @param end a last line below many
   * @throws PackagerError with all of them; its codes are those of the first
   */
  refuse(of: number, heading = 'Nothing was packaged:', end?: string): void {
    const all = [...this.#told].map(([key, told]) => ({ ...told, sentence: key.replace(/^\0/, '') }));
    const ofTemplate = all.filter(({ where }) => where === undefined);
    const ordered = [...ofTemplate, ...all.filter(({ where }) => where !== undefined)];
    const [first, ...others] = ordered;
    if (!first) return;
    if (others.length === 0 && first.rows === 1 && first.where === '') throw first.error;
    const lines = ordered.slice(0, MOST_TOLD).map((told) => this.#line(told, of));
    const more = ordered.length - lines.length;
    const isShared = first.where !== undefined && first.rows > 1;
    if (others.length > 0 || (isShared && first.error.code === 'INVALID_CONFIG'))
      throw fail.several(
        heading,
        [...lines, ...(more > 0 ? [`and ${more} more`] : []), ...(end === undefined ? [] : [end])],
        first.error,
      );
    if (first.error.code === 'INVALID_CONFIG')
      throw fail.several(`${first.where || this.#template} is not valid:`, lines, first.error);
    const place = this.#placeOf(first, of);
    const { cause } = first.error;
    throw new PackagerError(
      { ...first.error.toJSON(), message: `${place}${first.error.message}` },
      { cause },
    );
  }

  #line(told: Told & { readonly sentence: string }, of: number): string {
    return `${this.#placeOf(told, of)}${told.sentence}`;
  }

  #placeOf({ where, rows }: Told, of: number): string {
    if (where === '') return '';
    const titles = `all ${of.toLocaleString('en')} titles`;
    const some = rows === of ? titles : `${rows.toLocaleString('en')} of ${of.toLocaleString('en')} titles`;
    if (where === undefined) return `${this.#template}${of > 1 ? ` (${some})` : ''}: `;
    if (rows === 1) return `${where}: `;
    return rows === of ? `${titles}: ` : `${where}, and ${(rows - 1).toLocaleString('en')} more titles: `;
  }
}
