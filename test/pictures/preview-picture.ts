import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';

/** What is wanted of the preview: started with these arguments, until it is drawn. */
export interface PreviewPicture {
  /** The command's executable. */
  readonly bin: string;
  /** Where it runs. */
  readonly cwd: string;
  /** Behind `preview`. */
  readonly args: readonly string[];
  /** Where the picture goes. */
  readonly path: string;
}

/** Draw the page of `sealpack preview` a few seconds into the title, with verification done. */
export async function drawPreview(browser: Browser, { bin, cwd, args, path }: PreviewPicture): Promise<void> {
  const child = spawn(process.execPath, [bin, 'preview', ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await addressIn(child.stdout.setEncoding('utf8'));
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
    await page.goto(url);
    const position = page.getByLabel('Position');
    while (Number(await position.inputValue()) < 5) await page.waitForTimeout(200);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('#findings ~ .state').waitFor({ timeout: 300_000 });
    await page.screenshot({ path, fullPage: true });
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
