import { readdirSync, readlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { PackagerError, packageTitle, type Report } from '../../core/index.ts';
import { demuxText } from '../../plugins/index.ts';
import { fewestSeconds, processorSeconds } from '../helpers/commands/processor-time.ts';
import type { TestMode } from '../helpers/titles/modes.ts';
import { filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';
import type { InputSamples } from '../helpers/verify/input-samples.ts';
import { verifyPackage } from '../helpers/verify/verify-package.ts';
import { outputFaults } from './output-faults.ts';

/** The codes with which an input may be refused; anything else is a fault of ours. */
const REFUSALS: ReadonlySet<string> = new Set([
  ...['INPUT_NOT_READABLE', 'NOT_MEDIA', 'UNSUPPORTED_CODEC', 'UNSUPPORTED_INPUT'],
  ...['RENDITIONS_NOT_ALIGNED', 'SEGMENT_TOO_LARGE'],
]);

/** What a machine says, and no person understands. */
const ENGINE_WORDS =
  /undefined|NaN|Infinity|is not a|Cannot |out of bounds|outside the bounds|Invalid |Assertion/;

/** Fifty, and one that says that there are more. */
const MOST_WARNINGS = 51;
const LONGEST_MESSAGE = 1000;
/** Processor time that any small file may take: others on the machine do not add to it. */
const LIMIT_SECONDS = 10;

/** What became of a file in one mode. */
export interface Attempt {
  /** Of the refusal; `packaged` otherwise. */
  readonly outcome: string;
  /** Nothing was written because nobody could make sense of the file: all modes say the same. */
  readonly isUnreadable: boolean;
  /** Coded samples that were decrypted again and are the input's. */
  readonly samples: number;
  /** What should not have happened. */
  readonly faults: readonly string[];
}

/**
 * Package a file that nobody should trust, and look at everything that could be wrong with how that ends.
 * @param input what is in it, read when there is something to compare
 * @param film the sound one beside which it is packaged, and which `input` is of: then it is subtitles
 */
export async function attempt(
  path: string,
  mode: TestMode,
  input: () => Promise<InputSamples>,
  film?: string,
): Promise<Attempt> {
  const faults: string[] = [];
  const inputs = film === undefined ? [path] : [film, path];
  const before = openFiles();
  const { title, report, error, seconds } = await packaged(inputs, mode);
  const fewest = await fewestSeconds(LIMIT_SECONDS, seconds, async () => {
    const next = await packaged(inputs, mode);
    await rm(dirname(next.title.output), { recursive: true });
  });
  if (fewest > LIMIT_SECONDS) faults.push(`took ${fewest.toFixed(1)} s of processor time`);
  const open = openFiles().filter((file) => !before.includes(file));
  if (open.length > 0) faults.push(`leaves open: ${open.join(', ')}`);
  const warnings = report?.warnings ?? [];
  if (warnings.length > MOST_WARNINGS) faults.push(`warns ${warnings.length} times`);
  for (const warning of warnings) faults.push(...messageFaults(warning, path));

  const home = dirname(title.output);
  let samples = 0;
  if (error === undefined) {
    faults.push(...(await outputFaults(title.output, path)));
    const verified = report && (await verifyPackage(codedOf(report), [await input()]));
    samples = verified?.samples ?? 0;
    faults.push(...(verified?.faults ?? ['packaged, but nothing was reported']));
  } else {
    faults.push(...errorFaults(error, path));
    const left = await filesBelow(home);
    if (left.length > 0 || readdirSync(home).length > 0)
      faults.push(`leaves ${left.join(', ') || 'a folder'}`);
  }
  await rm(home, { recursive: true });
  const known = PackagerError.is(error) ? error : undefined;
  const outcome = error === undefined ? 'packaged' : (known?.code ?? 'another error');
  return { outcome, isUnreadable: known?.hook === 'demux', samples, faults };
}

/** The title in a folder of its own, and how that ended. */
async function packaged(inputs: readonly string[], mode: TestMode) {
  const title = titleOptions({ inputs, segmentDuration: 0.4 });
  const plugins = [...testPlugins(), demuxText(), mode.plugin()];
  let report: Report | undefined;
  let error: unknown;
  const seconds = await processorSeconds(async () => {
    try {
      await packageTitle({
        title,
        plugins,
        onEvent: (event) => {
          if (event.type === 'finished') report = event.report;
        },
      });
    } catch (cause) {
      error = cause ?? new Error('it was thrown nothing');
    }
  });
  return { title, report, error, seconds };
}

/** Without its text, which is neither encrypted nor the bytes that the input has. */
const codedOf = (report: Report): Report => ({
  ...report,
  modes: report.modes.map((mode) => ({
    ...mode,
    renditions: mode.renditions.filter(({ tracks }) => !tracks.some(({ kind }) => kind === 'text')),
  })),
});

function errorFaults(error: unknown, path: string): string[] {
  if (!PackagerError.is(error)) return [`throws ${error instanceof Error ? error.stack : String(error)}`];
  const { code, message, cause } = error;
  const stack = cause instanceof Error ? ` (${cause.stack})` : '';
  if (!REFUSALS.has(code)) return [`ends with ${code}: ${message}${stack}`];
  const isAnonymous = !message.includes(basename(path));
  return [...(isAnonymous ? [`does not name the file: ${message}`] : []), ...messageFaults(message, path)];
}

/** A sentence, and whatever it repeats of the file is harmless on a terminal. */
function messageFaults(message: string, path: string): string[] {
  const rest = message.replaceAll(path, '');
  const faults = [
    ...(/\p{Cc}/u.test(message) ? ['has control characters'] : []),
    ...(message.endsWith('.') ? [] : ['is no sentence']),
    ...(ENGINE_WORDS.test(rest) ? ['speaks of the program'] : []),
    ...(message.length > LONGEST_MESSAGE ? [`has ${message.length} characters`] : []),
  ];
  return faults.map((fault) => `a message ${fault}: ${JSON.stringify(message.slice(0, LONGEST_MESSAGE))}`);
}

/** Files that this process has open, of which it is not told by every system. Pipes to a compiler of tests' modules are none. */
function openFiles(): string[] {
  try {
    return readdirSync('/proc/self/fd').flatMap(fileOf);
  } catch {
    return [];
  }
}

function fileOf(descriptor: string): string[] {
  try {
    const file = readlinkSync(`/proc/self/fd/${descriptor}`);
    return file.startsWith('/') && !file.startsWith('/proc/') ? [file] : [];
  } catch {
    return []; // closed since it was listed
  }
}
