import { join } from 'node:path';
import type { Plugin, TitleOptions } from '../../../core/index.ts';
import { cmaf, dashCenc, demuxText, hlsAes, hlsNcg } from '../../../plugins/index.ts';
import type { Layout } from '../keyed/modes.ts';
import { type Asked, assertAsked } from '../matrix/assert-verified.ts';
import type { Column } from '../matrix/column.ts';
import { COLUMNS } from '../matrix/columns.ts';
import { outputFolder, packageWith, testPlugins, titleOptions } from '../titles/package.ts';

/** How modes are asked for a form of text that is not their own choice. */
export type TextOption = 'file' | 'stpp';

/** A column of the matrix, for what is beside pictures and sound. */
export interface BesideColumn extends Pick<Column, 'name' | 'title'> {
  readonly prefix: string;
  readonly manifests: readonly ('mpd' | 'playlists')[];
  /** The folder of the first pictures' playlist. */
  readonly pictures?: string;
  mode(layout: Layout, text?: TextOption): Plugin;
}

type BesideFacts = Omit<BesideColumn, 'name' | 'title'>;

const withText = (text: TextOption | undefined) => (text === undefined ? {} : { text });

const HLS = { prefix: 'HLS', manifests: ['playlists'] } as const;
const CMAF = { prefix: 'CMAF', manifests: ['mpd', 'playlists'], pictures: 'video-1' } as const;

const FACTS: Readonly<Record<string, BesideFacts>> = {
  'dash-cenc': {
    prefix: 'DASH',
    manifests: ['mpd'],
    mode: (layout, text) => dashCenc({ layout, ...withText(text) }),
  },
  'hls-aes-ts': {
    ...HLS,
    pictures: 'media-1',
    mode: (layout, text) => hlsAes({ layout, container: 'ts', ...withText(text) }),
  },
  'hls-aes-fmp4': {
    ...HLS,
    pictures: 'video-1',
    mode: (layout, text) => hlsAes({ layout, container: 'fmp4', ...withText(text) }),
  },
  'hls-ncg': {
    prefix: 'HLS-NCG',
    manifests: ['playlists'],
    pictures: 'media-1',
    mode: (layout, text) => hlsNcg({ layout, ...withText(text) }),
  },
  'cmaf-cbcs': { ...CMAF, mode: (layout) => cmaf({ layout }) },
  'cmaf-cenc': { ...CMAF, mode: (layout) => cmaf({ layout, scheme: 'cenc' }) },
};

/** The modes that write manifests; NCG has files alone. */
export const BESIDE_COLUMNS: readonly BesideColumn[] = COLUMNS.flatMap(({ name, title }) => {
  const facts = FACTS[name];
  return facts ? [{ name, title, ...facts }] : [];
});

/** The film of these rows: 20 s, key frames every 2 s. */
export const FILM = join(import.meta.dirname, '../../media/sample-180p.mp4');

/** Seconds. */
export const FILM_SECONDS = 20;

/** Seconds: two groups of pictures. */
export const BESIDE_SEGMENT = 4;

/** What is beside the film. */
interface BesideOptions extends Partial<TitleOptions> {
  readonly text?: TextOption | undefined;
  /** Which of our own commands are asked too. */
  readonly asked?: readonly Asked[];
}

/** Package the film with something beside it. @returns the mode's folder */
export async function packageBeside(
  column: BesideColumn,
  layout: Layout,
  { text, inputs = [], asked = [], ...facts }: BesideOptions,
): Promise<string> {
  const plugins = [demuxText(), column.mode(layout, text)];
  const title = { inputs: [FILM, ...inputs], segmentDuration: BESIDE_SEGMENT, ...facts };
  const { output, warnings } = await packageWith(plugins, title);
  const verified = { title: titleOptions(title), plugins: [...testPlugins(), ...plugins] };
  await assertAsked(asked, output, verified);
  if (warnings.length > 0) throw new Error(`warnings: ${warnings.join(' ')}`);
  return join(output, outputFolder(column.prefix, FILM));
}
