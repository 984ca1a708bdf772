/** Undamaged packages of one small title, each made once in a process: what is damaged afterwards are copies. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ContentKey,
  ContentKeySet,
  type PackageOptions,
  type Plugin,
  packageTitle,
} from '../../../core/index.ts';
import { cmaf, dashCenc, demuxMp4, demuxText, hlsAes, hlsNcg } from '../../../plugins/index.ts';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce, temporaryFolder } from '../commands/folders.ts';
import { titleOptions } from '../titles/package.ts';

const MEDIA = join(import.meta.dirname, '../../media');

/** Seconds of the title, and of its segments. */
const LASTS = 6;
const SEGMENT = 2;

const LABELS = ['VIDEO', 'AUDIO', 'ALL'];

/** The key of a label and a crypto period: no two of its bytes are the same. */
export const damageKey = (label: string, period = 0): ContentKey => {
  const first = 0x10 * (LABELS.indexOf(label) + 1) + 0x40 * period;
  return new ContentKey({
    id: Uint8Array.from({ length: 16 }, (_, n) => (first + n) & 255),
    key: Uint8Array.from({ length: 16 }, (_, n) => (0x80 + first + 3 * n) & 255),
    iv: Uint8Array.from({ length: 16 }, (_, n) => (0x31 + first + 5 * n) & 255),
  });
};

/** All keys of the packages, by id. */
export const DAMAGE_KEYS: ReadonlyMap<string, ContentKey> = new Map(
  LABELS.flatMap((label) => [0, 1, 2, 3].map((period) => damageKey(label, period))).map((key) => [
    key.hexId,
    key,
  ]),
);

const keys = (): Plugin => ({
  name: 'key-damage',
  apply: ({ hooks }) =>
    hooks.acquireKey.tap(
      'key-damage',
      () => new ContentKeySet(({ label, period }) => damageKey(label, period)),
    ),
});

/** A film of the tests, its first seconds. */
export const cutFilm = (name: string): Promise<string> =>
  madeOnce(`damage-${name}`, async (path) => {
    await ffmpeg([
      '-i',
      join(MEDIA, name),
      '-t',
      String(LASTS),
      '-c',
      'copy',
      ...(COLOURS[name] ?? []),
      path,
    ]);
  });

/** One of the films says its colours: those of BT.709. */
const COLOURS: Readonly<Record<string, readonly string[]>> = {
  'sample-180p.mp4': [
    '-bsf:v',
    'h264_metadata=colour_primaries=1:transfer_characteristics=1:matrix_coefficients=1',
  ],
};

/** Modes, whether keys change every segment, and whether all of the title's inputs are taken. */
const PACKAGES = {
  dash: { mode: () => dashCenc(), isRotated: false },
  'dash-segments': { mode: () => dashCenc({ layout: 'segments' }), isRotated: false },
  'dash-rotated': { mode: () => dashCenc(), isRotated: true },
  cmaf: { mode: () => cmaf(), isRotated: false },
  'hls-ts': { mode: () => hlsAes({ container: 'ts' }), isRotated: false },
  'hls-fmp4': { mode: () => hlsAes({ container: 'fmp4' }), isRotated: false },
  'hls-rotated': { mode: () => hlsAes({ container: 'fmp4' }), isRotated: true },
  'hls-aes-128': { mode: () => hlsNcg(), isRotated: false },
} as const;

export type PackageName = keyof typeof PACKAGES;

export const PACKAGE_NAMES = Object.keys(PACKAGES) as PackageName[];

const made = new Map<PackageName, Promise<string>>();

/** The folder of an undamaged package. */
export function undamaged(name: PackageName): Promise<string> {
  const known = made.get(name) ?? make(name);
  made.set(name, known);
  return known;
}

async function make(name: PackageName): Promise<string> {
  const { output } = await packageTitle(await damageTitle(name));
  const [folder] = readdirSync(output, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return join(output, folder!.name);
}

/** What a package is made of, into a new folder. */
export async function damageTitle(name: PackageName): Promise<PackageOptions> {
  const { isRotated } = PACKAGES[name];
  const [large, small, german] = await Promise.all(
    ['sample-270p.mp4', 'sample-180p.mp4', 'sample-de.m4a'].map(cutFilm),
  );
  const thumbnails = [
    {
      files: [join(MEDIA, 'thumbnails/sprite-1.jpg')],
      interval: SEGMENT,
      columns: 5,
      rows: 2,
      webvtt: false,
    },
  ];
  const beside = [german!, join(MEDIA, 'sample-en.vtt'), join(MEDIA, 'sample-de.ttml')];
  const title = titleOptions({
    inputs: [large!, small!, ...(isRotated ? [] : beside)],
    choices: [
      { language: 'en' },
      { language: 'en' },
      ...(isRotated ? [] : [{ language: 'de' }, { language: 'en' }, { language: 'de' }]),
    ],
    segmentDuration: SEGMENT,
    ...(isRotated && { keyRotation: SEGMENT }),
    ...(!isRotated && { keys: 'audio-video' as const, thumbnails }),
    output: join(temporaryFolder('undamaged'), 'out'),
  });
  return { title, plugins: damagePlugins(name) };
}

/** Who makes a package, in whatever thread. */
export const damagePlugins = (name: PackageName): Plugin[] => [
  demuxMp4(),
  demuxText(),
  keys(),
  PACKAGES[name].mode(),
];
