import { stripVTControlCharacters } from 'node:util';
import { starterPid } from '../helpers/commands/starter.ts';
import { ofChildren } from './processor-time.ts';

/** Set by `npm test -- --times`. */
const IS_ASKED = process.env['SEALPACK_TEST_TIMES'] === '1';

/** What uvu prints before the tests of a file. */
const HEAD = /^(\S+\.test\.ts)\n$/;

const LINE = /^ {2}([\d.]+) s, ([\d.]+) of them of children: (\S+)$/gm;

/** Of one file of tests. */
export interface FileTime {
  readonly file: string;
  /** Processor seconds, of its process and of the children that ended meanwhile. */
  readonly seconds: number;
  /** Those of the children. */
  readonly ofChildren: number;
}

/** Processor seconds of this process and of what it has started and has ended. */
function used(): { readonly all: number; readonly ofChildren: number } {
  const { user, system } = process.cpuUsage();
  const shell = starterPid();
  const children = ofChildren() + (shell === undefined ? 0 : ofChildren(shell));
  return { all: (user + system) / 1e6 + children, ofChildren: children };
}

/** Where it is asked for, print at the end of this process what each of its files took; until the first test, all are imported. */
export function timeFiles(): void {
  if (!IS_ASKED) return;
  const write = process.stdout.write.bind(process.stdout) as (text: string | Uint8Array) => boolean;
  const times: FileTime[] = [];
  let file = 'imports';
  let last = { all: 0, ofChildren: 0 };
  const close = (): void => {
    const now = used();
    times.push({ file, seconds: now.all - last.all, ofChildren: now.ofChildren - last.ofChildren });
    last = now;
  };
  process.stdout.write = (text: string | Uint8Array): boolean => {
    const [, next] = typeof text === 'string' ? (HEAD.exec(stripVTControlCharacters(text)) ?? []) : [];
    if (next !== undefined) {
      close();
      file = next;
    }
    return write(text);
  };
  process.once('exit', () => {
    close();
    for (const one of times) write(`${lineOf(one)}\n`);
  });
}

const lineOf = ({ file, seconds, ofChildren }: FileTime): string =>
  `  ${seconds.toFixed(1)} s, ${ofChildren.toFixed(1)} of them of children: ${file}`;

/** What processes printed of their files, the dearest first. */
export const fileTimesIn = (outputs: readonly string[]): FileTime[] =>
  outputs
    .flatMap((output) => [...stripVTControlCharacters(output).matchAll(LINE)])
    .map(([, seconds, ofChildren, file = '']) => ({
      file,
      seconds: Number(seconds),
      ofChildren: Number(ofChildren),
    }))
    .sort((one, other) => other.seconds - one.seconds);

/** A line for each. */
export const tableOf = (times: readonly FileTime[]): string => times.map(lineOf).join('\n');
