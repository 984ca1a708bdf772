import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { drawLooks } from './looks.ts';

/** What is wanted of the preview: started with these arguments, until it is drawn. */
export interface PreviewPicture {
  /** The command's executable. */
  readonly bin: string;
  /** Where it runs. */
  readonly cwd: string;
  /** Behind `preview`. */
  readonly args: readonly string[];
}

/** Draw the page of `sealpack preview` a few seconds into the title, with verification done. */
export async function drawPreview(browser: Browser, { bin, cwd, args }: PreviewPicture): Promise<void> {
  const child = spawn(process.execPath, [bin, 'preview', ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await addressIn(child.stdout.setEncoding('utf8'));
    const page = await browser.newPage({ viewport: { width: 390, height: 900 } });
    await page.goto(url);
    const position = page.getByLabel('Position');
    // The best one, however busy the machine is, and well into the title.
    await page.getByLabel('Rendition').selectOption({ index: 1 });
    while (Number(await position.inputValue()) < 5) await page.waitForTimeout(200);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('#findings ~ .state').waitFor({ timeout: 300_000 });
    await drawLooks(page, { name: 'preview', ends: 'section, fieldset' });
    await page.close();
  } finally {
    child.kill('SIGINT');
    await once(child, 'close');
  }
}

async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of lines) {
    text += part;
    const [url] = /http:\S+(?=\n)/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`The preview did not start: ${text}`);
}
