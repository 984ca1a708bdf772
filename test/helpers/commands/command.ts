import { spawn } from 'node:child_process';
import { killTree } from './process-tree.ts';
import { type StuckLimits, watchProcess } from './stuck.ts';

export interface CommandOptions {
  readonly cwd?: string;
  /** Fed to standard input. */
  readonly input?: Uint8Array;
  /** It is killed when it is stuck; what it prints is no sign of progress. @default no limit */
  readonly stuck?: StuckLimits;
}

/**
 * Run a tool to its end and answer what it wrote to standard output.
 * @throws Error with the end of standard error, when it cannot be started or its exit status is not 0.
 */
export function command(
  name: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { cwd, stuck } = options;
    const child = spawn(name, args, { cwd, stdio: 'pipe' });
    const output: Buffer[] = [];
    const messages: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => messages.push(chunk));
    let reason: string | undefined;
    const end = (why: string): void => {
      reason = `it ${why}`;
      killTree(child.pid!);
    };
    const watch = stuck && child.pid !== undefined ? watchProcess(child.pid, stuck, end) : undefined;
    child.on('error', (error) => reject(new Error(`${name} could not be started: ${error.message}`)));
    child.on('close', (status, signal) => {
      watch?.stop();
      if (status === 0) return resolve(Buffer.concat(output));
      const text = Buffer.concat(messages).toString().trim().slice(-2000);
      reject(new Error(`${name} ended with ${reason ?? signal ?? `status ${status}`}: ${text}`));
    });
    // A tool that ends without reading its input closes the pipe: its exit status says enough.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
  });
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
