import type { Page } from 'playwright-core';
import { savePicture } from './save-picture.ts';

/** A page is shown on a wide and on a narrow screen, in both themes. */
const WIDTHS = { 1440: 1640, 390: 1370 };
const THEMES = ['light', 'dark'] as const;

/** What is drawn of a page. */
export interface Look {
  /** Of the pictures: `preview` makes `preview-1440-dark.webp`. */
  readonly name: string;
  /** A picture ends below one of these, so that nothing is cut through. */
  readonly ends: string;
}

/** Draw the top of a page, as far down as a README has room for. */
export async function drawLooks(page: Page, { name, ends }: Look): Promise<void> {
  for (const [width, most] of Object.entries(WIDTHS)) {
    await page.setViewportSize({ width: Number(width), height: most });
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(500);
      const height = await page.evaluate<number>(
        `Math.max(...[...document.querySelectorAll(${JSON.stringify(ends)})]
          .map((one) => Math.ceil(one.getBoundingClientRect().bottom) + 8).filter((bottom) => bottom <= ${most}))`,
      );
      const png = await page.screenshot({ clip: { x: 0, y: 0, width: Number(width), height } });
      await savePicture(png, `${name}-${width}-${colorScheme}`);
    }
  }
}
