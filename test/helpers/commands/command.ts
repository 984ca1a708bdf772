import { readFile, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from './folders.ts';
import { killTree } from './process-tree.ts';
import { start } from './starter.ts';
import { type StuckLimits, type Watch, watchProcess } from './stuck.ts';

export interface CommandOptions {
  readonly cwd?: string;
  /** Fed to standard input. */
  readonly input?: Uint8Array;
  /** It is killed when it is stuck; what it prints is no sign of progress. @default no limit */
  readonly stuck?: StuckLimits;
}

/** Of the files that programs read and write. */
let count = 0;
let folder: string | undefined;

/**
 * Run a tool to its end and answer what it wrote to standard output, which is a file, as its input and standard error are.
 * @throws Error with the end of standard error, when it cannot be started or its exit status is not 0.
 */
export async function command(
  name: string,
  args: readonly string[],
  { cwd = process.cwd(), input, stuck }: CommandOptions = {},
): Promise<Buffer> {
  folder ??= temporaryFolder('commands');
  const at = join(folder, `${count++}`);
  const [stdout, stderr] = [`${at}.out`, `${at}.err`];
  const stdin = input ? `${at}.in` : '/dev/null';
  if (input) await writeFile(stdin, input);
  let watch: Watch | undefined;
  let reason: string | undefined;
  const status = await start({ name, args, cwd, stdin, stdout, stderr }, (pid) => {
    if (stuck === undefined) return;
    watch = watchProcess(pid, stuck, (why) => {
      reason = `it ${why}`;
      killTree(pid);
    });
  });
  watch?.stop();
  try {
    if (status === 0) return await readFile(stdout);
    const text = (await readFile(stderr)).toString().trim().slice(-2000);
    if (status === NOT_FOUND) throw new Error(`${name} could not be started: ${text}`);
    throw new Error(`${name} ended with ${reason ?? endOf(status)}: ${text}`);
  } finally {
    for (const file of [stdout, stderr, ...(input ? [stdin] : [])]) await rm(file, { force: true });
  }
}

/** Of a shell: there is no such program. */
const NOT_FOUND = 127;

/** What an exit status of a shell says. */
function endOf(status: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128);
  return signal?.[0] ?? `status ${status}`;
}

/** Run ffmpeg quietly; answers standard output. */
export const ffmpeg = (args: readonly string[], options?: CommandOptions): Promise<Buffer> =>
  command('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'error', '-y', ...args], options);

/** Run ffmpeg for what it writes nowhere but into its log, which is standard error. */
export const ffmpegLog = async (args: readonly string[]): Promise<string> => {
  const log = await command('sh', ['-c', 'exec ffmpeg "$@" 2>&1', 'sh', '-hide_banner', '-nostdin', ...args]);
  return log.toString('latin1');
};

/** As an output option: Matroska and WebM get the same identifiers each time, not random ones. */
export const SAME_IDS = ['-fflags', '+bitexact'] as const;

/** Run ffprobe and answer its JSON, e.g. of `-show_streams`. */
export async function ffprobe(path: string, args: readonly string[]): Promise<unknown> {
  const json = await command('ffprobe', ['-v', 'error', '-of', 'json', ...args, path]);
  return JSON.parse(json.toString());
}
