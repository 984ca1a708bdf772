import { fail, type PackagerError } from '../base/errors.ts';

const HINT = 'It is cut short, or still being written: wait until it is complete.';

/** An input that has no more bytes where some were to be read. @param position where it ends */
export const inputEnded = (name: string, position: number, hint = HINT): PackagerError =>
  fail.inputNotReadable(name, `it ends at byte ${position}, in the middle of what was to be read.`, hint);
