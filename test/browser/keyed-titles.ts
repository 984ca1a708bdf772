/** Titles of several keys, each key like no other, and servers of their licences. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TitleOptions } from '../../core/contract/title-options.ts';
import { ContentKey, ContentKeySet, type Plugin, packageTitle } from '../../core/index.ts';
import type { KeyPlace } from '../../core/kit.ts';
import { demuxMp4 } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { titleOptions } from '../helpers/titles/package.ts';
import { type LicenceServer, serveLicences } from './licence-server.ts';

/** What a title says of its keys. */
export type KeyRules = Partial<Pick<TitleOptions, 'keys' | 'keyRotation' | 'clearLead' | 'clear'>>;

/** Of all titles here. */
const LABELS = ['ALL', 'VIDEO', 'AUDIO', 'HD', 'UHD1'];
/** No title has more. */
const PERIODS = 5;

const bytesOf = (text: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(text).digest().subarray(0, 16));

/** The key of a label and a crypto period. */
export function keyOf({ label, period }: KeyPlace): ContentKey {
  const of = `${label} ${period}`;
  return new ContentKey({ id: bytesOf(`id ${of}`), key: bytesOf(`key ${of}`), iv: bytesOf(`iv ${of}`) });
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Key ids and keys, hexadecimal, of all labels but one. */
export function keyPairs({ withheld }: { withheld?: string } = {}): Record<string, string> {
  const places = LABELS.filter((label) => label !== withheld).flatMap((label) =>
    Array.from({ length: PERIODS }, (_, period) => ({ label, period })),
  );
  return Object.fromEntries(places.map(keyOf).map((key) => [key.hexId, hex(key.reveal())]));
}

/** A server of those keys. */
export const serveKeys = (some: { withheld?: string } = {}): Promise<LicenceServer> =>
  serveLicences(keyPairs(some));

/** The folder of a title in one mode. */
export async function packageKeyed(
  inputs: readonly string[],
  mode: Plugin,
  rules: KeyRules,
): Promise<string> {
  const keySource: Plugin = {
    name: 'key-places',
    apply: ({ hooks }) => hooks.acquireKey.tap('key-places', () => new ContentKeySet(keyOf)),
  };
  const title = titleOptions({ inputs, segmentDuration: 1, ...rules });
  const { output, modes } = await packageTitle({ title, plugins: [demuxMp4(), keySource, mode] });
  await assertManifests(output);
  return join(output, modes[0]!.outputs[0]!);
}

/** A film of 12 s with B-frames, whose closed groups of pictures last 0.8 s: they are no divisor of segments or crypto periods. */
export const shortFilm = (): Promise<string> => film('keyed-film.mp4', 'size=320x180:rate=25', 12, 20);

/** Six seconds as wide as this: at so small a rate that players take the widest that they can. */
export const filmOfWidth = (width: number): Promise<string> =>
  film(`keyed-film-${width}.mp4`, `size=${width}x${(width * 9) / 16}:rate=12`, 6, 12);

const film = (name: string, source: string, seconds: number, group: number): Promise<string> =>
  madeOnce(name, async (path) => {
    await ffmpeg([
      ...['-f', 'lavfi', '-t', `${seconds}`, '-i', `testsrc2=${source}`],
      ...['-f', 'lavfi', '-t', `${seconds}`, '-i', 'sine=440:sample_rate=48000'],
      ...['-vf', 'drawgrid=w=iw/8:h=ih/8:t=8', '-pix_fmt', 'yuv420p'],
      ...['-c:v', 'libx264', '-preset', 'veryfast'],
      // With several threads x264 makes another stream each time.
      ...['-x264-params', `threads=1:keyint=${group}:min-keyint=${group}:scenecut=0:bframes=3`],
      ...['-c:a', 'aac', '-b:a', '48k', path],
    ]);
  });
