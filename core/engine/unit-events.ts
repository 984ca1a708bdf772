/** What happens to the units of a run, by their place in the order of work. */
export interface UnitEvents {
  start(index: number): void;
  /** So many more input bytes are done. */
  progress(index: number, bytes: number): void;
  end(index: number): void;
}
