import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The folder of inputs that once failed: `SEALPACK_FAULTS`, else `shared/faults` beside the project. They are tried where
 * they are and never copied; a test that needs one makes an input of the same kind where the folder is not.
 */
export const FAULTS_FOLDER = resolve(
  process.env['SEALPACK_FAULTS'] ?? join(import.meta.dirname, '../../../../shared/faults'),
);

/** The path of an input that once failed: `fault('rotation', 'portrait.mp4')`. */
export const fault = (...path: string[]): string => join(FAULTS_FOLDER, ...path);

/** Whether it is there. */
export const hasFault = (...path: string[]): boolean => existsSync(fault(...path));
