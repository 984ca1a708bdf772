import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { command } from '../helpers/commands/command.ts';
import { chromiumPath } from '../helpers/oracles/chromium-path.ts';

/** What is tried, and installed where it is missing. */
export interface Tool {
  readonly name: string;
  /** Its Debian package. */
  readonly debian: string;
  /** Rejects when it is missing or cannot do what the suite needs. */
  readonly try: () => Promise<unknown>;
}

const TOOLS: readonly Tool[] = [
  { name: 'ffmpeg with libx264 and aac', debian: 'ffmpeg', try: tryEncoders },
  { name: 'ffprobe', debian: 'ffmpeg', try: () => command('ffprobe', ['-version']) },
  { name: 'OpenSSL', debian: 'openssl', try: () => command('openssl', ['version']) },
  { name: 'Chromium', debian: 'chromium', try: () => command(chromiumPath() ?? 'chromium', ['--version']) },
];

async function tryEncoders(): Promise<void> {
  const encoders = (await command('ffmpeg', ['-hide_banner', '-encoders'])).toString();
  for (const name of ['libx264', 'aac']) {
    if (!encoders.includes(` ${name} `)) throw new Error(`This ffmpeg has no encoder ${name}.`);
  }
}

/**
 * Make sure that the tools are there which the suite needs and npm does not bring. Missing ones are installed where
 * this is root on a Debian; anywhere else the person is told what to install.
 * @param more what this suite needs beside that of all
 * @returns what is still missing, as names
 */
export async function ensureTools(more: readonly Tool[] = []): Promise<string[]> {
  const tools = [...TOOLS, ...more];
  let missing = await missingTools(tools);
  const packages = [...new Set(missing.map(({ debian }) => debian))];
  if (missing.length > 0 && (await canInstall())) {
    console.log(`Installing what the tests need: ${packages.join(' ')}`);
    await aptGet(['update']);
    await aptGet(['install', '-y', '--no-install-recommends', '--no-upgrade', ...packages]);
    missing = await missingTools(tools);
  }
  if (missing.length > 0) {
    console.log(
      `The tests need ${missing.map(({ name }) => name).join(', ')}. Install it and run them again:`,
    );
    console.log(
      `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`,
    );
    console.log('or the same packages with the package manager of this system.');
  }
  return missing.map(({ name }) => name);
}

async function missingTools(tools: readonly Tool[]): Promise<Tool[]> {
  const tried = await Promise.all(tools.map((tool) => succeeds(tool.try())));
  return tools.filter((_, index) => !tried[index]);
}

async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await succeeds(command('apt-get', ['--version'])));
}

/** Another installation holds apt's lock: it ends within so many tries, or something else is wrong. */
const LOCK_TRIES = 180;
const LOCK_WAIT_SECONDS = 10;

/**
 * Run apt-get to its end, after whoever else uses it: apt waits by itself for the lock of dpkg, but not for that of its
 * lists. A failure shows in what is missing afterwards, and in its own words on the terminal.
 */
async function aptGet(args: readonly string[]): Promise<void> {
  for (let tries = 1; (await tryAptGet(args)) === 'locked' && tries < LOCK_TRIES; tries++) {
    console.log('Another apt-get is at work: waiting for it.');
    await wait(LOCK_WAIT_SECONDS * 1000);
  }
}

function tryAptGet(args: readonly string[]): Promise<'locked' | 'ended'> {
  return new Promise((resolve) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
    const child = spawn('apt-get', ['-o', 'DPkg::Lock::Timeout=600', ...args], {
      env,
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words += text;
    });
    child.on('error', () => resolve('ended'));
    child.on('close', () => {
      const isLocked = /Could not get lock|Unable to acquire the dpkg frontend lock/.test(words);
      if (!isLocked) process.stderr.write(words);
      resolve(isLocked ? 'locked' : 'ended');
    });
  });
}

const succeeds = (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => true,
    () => false,
  );
