/** What further commands, and executables beside `sealpack`, are made of. */
export type { CommandExtension } from './command-extension.ts';
export { errorDetails, exitStatus, printError } from './errors.ts';
export { bytes, printable } from './format.ts';
export type { Parts } from './parts.ts';
export { plainDisplay } from './plain.ts';
export { runTitles } from './run-titles.ts';
export type { Shell } from './shell.ts';
export { loadTemplate, type TitleTemplate, titleOfRow } from './title-template.ts';
