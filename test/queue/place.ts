import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn, inodeOf, printOf, strangers } from './look.ts';
import { RECEIPT, receiptFaults } from './receipt-faults.ts';

/** The name of what a title of a campaign is packaged to. */
export const OUTPUT = 'DASH_film_mp4';

/** Where the titles of a campaign are read and written, and how one looks at them there. */
export interface Place {
  /** The film, as configs name it. */
  readonly film: string;
  /** What commands need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The output of a title, as configs name it. */
  outputOf(title: string): string;
  /** Another one after the title was published again. @throws Error when nothing is there */
  mark(title: string): Promise<string>;
  /** After all work: `printOf` of the package of a title. @throws Error when it cannot be read */
  print(title: string): Promise<string>;
  /** After all work, and after `sealpack clean`: what is there and should not be, or the other way round; a sentence each. */
  faultsOf(titles: readonly string[]): Promise<string[]>;
}

/** Below a folder of the local disk. */
export const diskPlace = (folder: string): Place => ({
  film: 'film.mp4',
  env: {},
  outputOf: (title) => `out/${title}`,
  mark: async (title) => `${await inodeOf(join(folder, 'out', title, OUTPUT))}`,
  print: (title) => printOf(join(folder, 'out', title, OUTPUT)),
  async faultsOf(titles) {
    const faults: string[] = [];
    const path = join(folder, 'film.mp4');
    const film = { path, bytes: (await stat(path)).size };
    for (const title of titles) {
      const output = join(folder, 'out', title);
      for (const name of await strangers(output, [OUTPUT]))
        if (!RECEIPT.test(name)) faults.push(`${title}: ${name} is left`);
      const files = await filesIn(output);
      faults.push(...receiptFaults(title, files, film).map((fault) => `${title}: ${fault}`));
    }
    return faults;
  },
});
