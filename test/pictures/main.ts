/**
 * Takes the pictures that the README shows, of the terminal, of a report and of the preview: `npm run build && npm run pictures`. Needs
 * tmux, Chromium, ffmpeg and a monospaced font. Colours and lines are those of a real terminal, as tmux keeps it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { chromiumPath } from '../helpers/oracles/chromium-path.ts';
import { drawLooks } from './looks.ts';
import { drawPreview } from './preview-picture.ts';
import { savePicture } from './save-picture.ts';
import { terminalPage } from './terminal-page.ts';
import { openTerminal } from './tmux.ts';

const PROJECT = join(import.meta.dirname, '../..');
const MEDIA = join(PROJECT, 'test/media');
const BIN = join(PROJECT, 'dist/core/cli/bin.js');

/** How often the sample is in the title that is long enough to be seen at work. */
const TIMES = 90;

const browser = await chromium.launch({ executablePath: chromiumPath()! });

/** Draw what a terminal shows into a file of the README. */
async function draw(name: string, screen: string): Promise<void> {
  const page = await browser.newPage();
  await page.setContent(terminalPage(screen));
  await savePicture(await page.locator('#window').screenshot({ omitBackground: true }), name, 'letters');
  await page.close();
}

/** The page that `report-html` writes. */
async function drawReport(folder: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`file://${join(folder, 'out/report.html')}`);
  await drawLooks(page, { name: 'report', ends: '[aria-labelledby=mode-1], [aria-labelledby=mode-1] tr' });
  await page.close();
}

/** A title of half an hour, made of the sample's parts one after the other. */
async function longTitle(): Promise<string> {
  const folder = temporaryFolder('pictures');
  await mkdir(join(folder, 'masters'));
  const parts = {
    'feature-360p.mp4': 'sample-360p.mp4',
    'feature-270p.mp4': 'sample-270p.mp4',
    'feature-180p.mp4': 'sample-180p.mp4',
    'german.m4a': 'sample-de.m4a',
    'description.m4a': 'sample-description.m4a',
  };
  for (const [name, source] of Object.entries(parts)) {
    const input = ['-stream_loop', String(TIMES - 1), '-i', join(MEDIA, source)];
    await ffmpeg([...input, '-c', 'copy', join(folder, 'masters', name)]);
  }
  const config = {
    preset: 'local',
    contentId: 'feature-2026',
    inputs: [
      { file: 'masters/feature-360p.mp4', language: 'en' },
      ...['270p', '180p'].map((size) => ({ file: `masters/feature-${size}.mp4`, audio: false })),
      { file: 'masters/german.m4a', language: 'de' },
      { file: 'masters/description.m4a', language: 'en', roles: 'description' },
      { file: join(MEDIA, 'sample-en.vtt'), language: 'en', sdh: true },
      { file: join(MEDIA, 'sample-de.ttml'), language: 'de' },
    ],
    modes: ['dash-cenc', 'hls-aes', 'hls-ncg'],
    plugins: [['key-local', { folder: join(folder, 'keys') }], 'report-html'],
  };
  await writeFile(join(folder, 'packager.config.json'), JSON.stringify(config));
  return folder;
}

/** The command as it is installed, in place of npx, which would look for it elsewhere. */
const COMMAND = `npx() { shift; node ${BIN} "$@"; }`;

try {
  const folder = await longTitle();
  const long = await openTerminal({ columns: 92, rows: 40, folder, prepare: COMMAND });
  await draw(
    'terminal-running',
    await long.run('npx sealpack', (text) => / [4-6]\d % {2}\d+ MB\/s/.test(text)),
  );
  await long.run('');
  await drawReport(folder);
  await long.close();
  const here = await openTerminal({ columns: 100, rows: 70, folder: PROJECT, prepare: COMMAND });
  await draw('terminal-summary', await here.run('npm start'));
  await draw('terminal-plan', await here.run('npx sealpack plan --mode hls-aes'));
  await here.close();
  await drawPreview(browser, { bin: BIN, cwd: PROJECT, args: ['out', '--config', 'packager.config.ts'] });
} finally {
  await browser.close();
}
