import type { Plugin } from '../../../core/index.ts';
import { cmaf, dashCenc, hlsAes, hlsNcg, ncg } from '../../../plugins/index.ts';
import { cbcsMode } from '../../plugins/mode-cbcs.ts';
import type { Column } from '../matrix/column.ts';
import { COLUMNS } from '../matrix/columns.ts';

/** One file a track or rendition, or a file a segment. */
export type Layout = 'single-file' | 'segments';

/** A column of the matrix, for titles with several keys. */
export interface KeyedColumn extends Pick<Column, 'name' | 'title' | 'refuses'> {
  /** All layouts that it can write; none where it can say nothing of several keys. */
  readonly layouts: readonly Layout[];
  /** What tells players of its keys. */
  readonly manifests: readonly ('mpd' | 'playlists')[];
  /** How what it writes is proven. */
  readonly proof: 'fragments' | 'sample-aes' | 'aes-128';
  mode(layout: Layout): Plugin;
}

type KeyedFacts = Omit<KeyedColumn, 'name' | 'title' | 'refuses'>;

const BOTH: readonly Layout[] = ['single-file', 'segments'];
/** Their lines name the key by its id; FairPlay's alone does in MPEG-TS. */
const IN_FMP4 = ['common', 'widevine', 'playready', 'fairplay'] as const;

const FACTS: Readonly<Record<string, KeyedFacts>> = {
  'dash-cenc': {
    layouts: BOTH,
    manifests: ['mpd'],
    proof: 'fragments',
    mode: (layout) => dashCenc({ layout }),
  },
  'dash-cbcs': {
    layouts: ['single-file'],
    manifests: ['mpd'],
    proof: 'fragments',
    mode: cbcsMode,
  },
  'hls-aes-ts': {
    layouts: BOTH,
    manifests: ['playlists'],
    proof: 'sample-aes',
    mode: (layout) => hlsAes({ layout, container: 'ts' }),
  },
  'hls-aes-fmp4': {
    layouts: BOTH,
    manifests: ['playlists'],
    proof: 'fragments',
    mode: (layout) => hlsAes({ layout, container: 'fmp4', systems: IN_FMP4 }),
  },
  'hls-ncg': {
    layouts: BOTH,
    manifests: ['playlists'],
    proof: 'aes-128',
    mode: (layout) => hlsNcg({ layout, keyUri: 'https://keys.example/{keyId}' }),
  },
  ncg: { layouts: [], manifests: [], proof: 'aes-128', mode: () => ncg() },
  'cmaf-cbcs': {
    layouts: BOTH,
    manifests: ['mpd', 'playlists'],
    proof: 'fragments',
    mode: (layout) => cmaf({ layout }),
  },
  'cmaf-cenc': {
    layouts: BOTH,
    manifests: ['mpd', 'playlists'],
    proof: 'fragments',
    mode: (layout) => cmaf({ layout, scheme: 'cenc' }),
  },
};

/** The columns of the matrix, in their order. */
export const KEYED_COLUMNS: readonly KeyedColumn[] = COLUMNS.map((column) => {
  const facts = FACTS[column.name];
  if (!facts) throw new Error(`${column.name}: how are its keys proven?`);
  const { name, title, refuses } = column;
  return { name, title, refuses: (stream) => refuses(stream), ...facts };
});
