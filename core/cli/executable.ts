/** What further commands, and executables beside `sealpack`, are made of. */

export { canonical } from '../base/canonical.ts';
export { inTurns } from '../base/in-turns.ts';
export type { TitleRow } from '../config/types.ts';
export { titleThere } from '../engine/title-there.ts';
export { canonicalReference, nameOfReference, secretsOf, shownReference } from '../io/reference.ts';
export type { CommandExtension, ExtensionSurroundings } from './command-extension.ts';
export { CountProgress } from './count-progress.ts';
export { errorDetails, exitStatus, printError } from './errors.ts';
export { findTitles } from './find-titles.ts';
export { alignRows, bytes, count, duration, printable, printableName } from './format.ts';
export type { Parts } from './parts.ts';
export { plainDisplay } from './plain.ts';
export { overridesOf } from './prepare-titles.ts';
export type { RunFlags } from './program.ts';
export { INITIAL, type ProgressState, reduce } from './progress-state.ts';
export { refuseLostBytes } from './refuse-lost-bytes.ts';
export { RowMistakes } from './row-mistakes.ts';
export { runTitles } from './run-titles.ts';
export type { Shell } from './shell.ts';
export { loadTemplate, type TitleTemplate, titleOfRow } from './title-template.ts';
export { PRIORITY } from './titles.ts';
export { wholeNumber } from './whole-number.ts';
