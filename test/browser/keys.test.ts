/** Titles of several keys in MSE players, over a licence server that gives single keys: by label, by quality, by crypto period. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ContentKey, ContentKeySet, clearkey, type Plugin, packageTitle } from '../../core/index.ts';
import type { KeyPlace } from '../../core/kit.ts';
import { dashCenc, demuxMp4 } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { plainFilmOfPeriods } from '../helpers/media/period-media.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { titleOptions } from '../helpers/titles/package.ts';
import { type LicenceServer, serveLicences } from './licence-server.ts';
import { play } from './play.ts';
import { closeBrowser } from './player-page.ts';

const test = suite('several keys in players');

test.after(closeBrowser);

/** Seconds. */
const ROTATION = 5;
const LEAD = 2;
/** More than the film has. */
const PERIODS = 9;

const bytesOf = (text: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(text).digest().subarray(0, 16));

/** The key of a label and a crypto period, like no other. */
const keyOf = ({ label, period }: KeyPlace): ContentKey => {
  const of = `${label} ${period}`;
  return new ContentKey({ id: bytesOf(`id ${of}`), key: bytesOf(`key ${of}`), iv: bytesOf(`iv ${of}`) });
};

const idOf = (label: string, period = 0): string => keyOf({ label, period }).hexId;

const keySource = (): Plugin => ({
  name: 'key-places',
  apply: ({ hooks }) => hooks.acquireKey.tap('key-places', () => new ContentKeySet(keyOf)),
});

const LABELS = ['ALL', 'VIDEO', 'AUDIO', 'HD', 'UHD1'];

/** A server of all keys but those of a label. */
function licences({ withheld }: { withheld?: string } = {}): Promise<LicenceServer> {
  const places = LABELS.filter((label) => label !== withheld).flatMap((label) =>
    Array.from({ length: PERIODS }, (_, period) => ({ label, period })),
  );
  const pairs = places.map((place) => {
    const key = keyOf(place);
    return [key.hexId, Buffer.from(key.reveal()).toString('hex')] as const;
  });
  return serveLicences(Object.fromEntries(pairs));
}

const MODES: Readonly<Record<string, (licenseUrl: string) => Plugin>> = {
  'dash-cenc': (licenseUrl) => dashCenc({ systems: ['common', 'widevine', clearkey({ licenseUrl })] }),
};

type Rules = Omit<Parameters<typeof titleOptions>[0], 'inputs'>;

async function packaged(inputs: string[], mode: Plugin, rules: Rules): Promise<string> {
  const title = titleOptions({ inputs, segmentDuration: 1, ...rules });
  const { output, modes } = await packageTitle({ title, plugins: [demuxMp4(), keySource(), mode] });
  await assertManifests(output);
  return join(output, modes[0]!.outputs[0]!);
}

/** Each with the labels of its keys. */
const TITLES: Readonly<Record<string, Rules & { readonly labels: readonly string[] }>> = {
  'keys that change behind a clear lead': { keyRotation: ROTATION, clearLead: LEAD, labels: ['ALL'] },
};

for (const [mode, plugin] of Object.entries(MODES)) {
  for (const [name, { labels, ...rules }] of Object.entries(TITLES)) {
    test(`shaka-player plays ${mode} with ${name}`, async () => {
      const server = await licences();
      try {
        const folder = await packaged([await plainFilmOfPeriods()], plugin(server.url), rules);
        const seconds = 2 * ROTATION + 1.5;
        const played = await play({ player: 'shaka', folder, manifest: 'stream.mpd', seconds });
        assert.equal(played.errors, []);
        assert.ok(played.currentTime >= seconds, `${played.currentTime}`);
        assert.ok(played.decodedFrames > 12 * seconds, `${played.decodedFrames} frames`);
        const wanted = labels.flatMap((label) =>
          Array.from({ length: PERIODS }, (_, period) => idOf(label, period)),
        );
        assert.equal([...new Set(server.asked.flat())].sort(), wanted.sort());
      } finally {
        server.close();
      }
    });
  }
}

/** Two qualities, by the width of their pictures: so small a rate that a player takes the larger. */
const QUALITIES = { HD: 960, UHD1: 2048 } as const;

const quality = (width: number): Promise<string> =>
  madeOnce(`of-quality-${width}.mp4`, async (path) => {
    const height = (width * 9) / 16;
    await ffmpeg([
      ...['-f', 'lavfi', '-t', '12', '-i', `testsrc2=size=${width}x${height}:rate=12`],
      ...['-f', 'lavfi', '-t', '12', '-i', 'sine=440:sample_rate=48000'],
      ...[
        '-vf',
        'drawgrid=w=iw/8:h=ih/8:t=8',
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-pix_fmt',
        'yuv420p',
      ],
      ...['-x264-params', 'threads=1:keyint=12:min-keyint=12:scenecut=0', '-c:a', 'aac', '-b:a', '48k'],
      path,
    ]);
  });

for (const [mode, plugin] of Object.entries(MODES)) {
  for (const player of ['shaka'] as const) {
    for (const withheld of [undefined, 'UHD1'] as const) {
      const best = withheld ? 'HD' : 'UHD1';
      test(`${player}: ${mode} by quality, ${withheld ? `the key of ${withheld} withheld` : `up to ${best}`}`, async () => {
        const server = await licences(withheld && { withheld });
        try {
          const inputs = await Promise.all(Object.values(QUALITIES).map(quality));
          const folder = await packaged(inputs, plugin(server.url), { keys: 'by-quality' });
          const played = await play({ player, folder, manifest: 'stream.mpd', seconds: 6 });
          assert.equal(played.errors, []);
          assert.ok(played.currentTime >= 6, `${played.currentTime}`);
          assert.is(played.width, QUALITIES[best]);
          assert.ok(played.contrast > 8, `${played.contrast}`);
        } finally {
          server.close();
        }
      });
    }
  }
}

test.run();
