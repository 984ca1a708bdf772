/** Titles whose tracks have keys of their own: made pictures in sizes that have a label each, and a key source that knows them. */
import * as assert from 'uvu/assert';
import { ContentKey, ContentKeySet, type Plugin, packageTitle, type Report } from '../../../core/index.ts';
import type { KeyPolicy } from '../../../core/keys/label-policy.ts';
import type { HdcpLevel, KeySignalling } from '../../../core/keys/signalling.ts';
import { demuxMp4 } from '../../../plugins/index.ts';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import type { HexKey } from '../oracles/dash.ts';
import { assertManifests } from '../oracles/valid-manifests.ts';
import { titleOptions } from './package.ts';

/** Those that the titles have, in the order of their keys. */
export const LABELS = ['VIDEO', 'AUDIO', 'SD', 'HD', 'UHD1', 'UHD2'];

/** The key of a label: its id and its bytes say whose it is. */
export function keyFor(
  label: string,
  more: { signalling?: KeySignalling; hdcpLevel?: HdcpLevel } = {},
): ContentKey {
  const place = LABELS.indexOf(label) + 1;
  assert.ok(place > 0, label);
  return new ContentKey({
    id: new Uint8Array(16).fill(place),
    key: Uint8Array.from({ length: 16 }, (_, n) => 0x20 * place + n),
    iv: new Uint8Array(16).fill(0xa0 + place),
    ...more,
  });
}

/** The same in hexadecimal. */
export const hexKey = (label: string): HexKey & { readonly iv: string } => {
  const key = keyFor(label);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return { keyId: key.hexId, key: hex(key.reveal()), iv: hex(key.iv!) };
};

/** @param find `undefined`: the label has no key. @default each has its own */
export const keySource = (
  find: (label: string) => ContentKey | undefined = (label) => keyFor(label),
): Plugin => ({
  name: 'key-test',
  apply: ({ hooks }) => hooks.acquireKey.tap('key-test', () => new ContentKeySet(({ label }) => find(label))),
});

/** The key's id as DASH writes it. */
export const uuidOf = (label: string) => keyFor(label).uuid;

/** Pictures of a size at a tiny rate, key frames each second; sound with the first. */
const picture = (width: number, height: number, sound = false): Promise<string> =>
  madeOnce(`by-label-${width}x${height}${sound ? '-sound' : ''}.mp4`, async (path) => {
    const source = ['-f', 'lavfi', '-t', '3', '-i', `testsrc2=size=${width}x${height}:rate=4`];
    const tone = ['-f', 'lavfi', '-t', '3', '-i', 'sine=440:sample_rate=48000'];
    const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '50', '-pix_fmt', 'yuv420p'];
    const frames = ['-x264-params', 'threads=2:keyint=4:min-keyint=4:scenecut=0'];
    const audio = sound ? ['-c:a', 'aac', '-b:a', '32k'] : [];
    await ffmpeg([...source, ...(sound ? tone : []), ...video, ...frames, ...audio, path]);
  });

/** Inputs and what decides on their labels. */
export interface LabelTitle {
  readonly keys: KeyPolicy;
  readonly inputs: () => Promise<string[]>;
  /** Of each picture, in order of the inputs. */
  readonly labels: readonly string[];
}

export const LABEL_TITLES: Readonly<Record<string, LabelTitle>> = {
  'two labels': {
    keys: 'audio-video',
    inputs: () => Promise.all([picture(320, 180, true), picture(1280, 720)]),
    labels: ['VIDEO', 'VIDEO'],
  },
  'five labels': {
    keys: 'by-quality',
    inputs: () =>
      Promise.all([picture(320, 180, true), picture(1280, 720), picture(3840, 2160), picture(4352, 2448)]),
    labels: ['SD', 'HD', 'UHD1', 'UHD2'],
  },
};

/** Package a title; its manifests are valid. */
export async function packageLabels(
  modes: readonly Plugin[],
  { keys, inputs }: LabelTitle,
  source = keySource(),
): Promise<Report> {
  const title = titleOptions({ inputs: await inputs(), keys, segmentDuration: 1 });
  const report = await packageTitle({ title, plugins: [demuxMp4(), source, ...modes] });
  await assertManifests(report.output);
  return report;
}
