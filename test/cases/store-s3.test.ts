/** Titles into buckets of a server in this process; `npm run test:s3` does it with a real one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle, type RunEvent } from '../../core/index.ts';
import { isReceiptName } from '../../core/kit.ts';
import { reportJson, storeS3 } from '../../plugins/index.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { S3_USER, serveS3 } from '../helpers/servers/s3-server.ts';
import { left } from '../helpers/servers/s3-world.ts';
import { modeNamed } from '../helpers/titles/modes.ts';
import { filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('titles into buckets');

test('single files and segments of a title are those of the disk, and the report lies beside them', async () => {
  const server = await serveS3();
  try {
    const input = await oddMedia('ctts-v0');
    const bucket = server.addBucket('films');
    const plugins = [
      ...testPlugins(),
      reportJson({ file: 'report.json' }),
      storeS3({ endpoint: server.url, region: server.region, credentials: S3_USER }),
      ...['dash-segments', 'hls-aes-ts', 'ncg'].map((name) => modeNamed(name).plugin()),
    ];
    // In buckets titles get a receipt by themselves.
    const local = titleOptions({ inputs: [input], receipt: true });
    await packageTitle({ title: local, plugins });
    const events: RunEvent[] = [];
    const { receipt: _, ...same } = local;
    const title = { ...same, output: 's3://films/vod' };
    await packageTitle({ title, plugins, onEvent: (event) => void events.push(event) });
    const expected = await filesBelow(local.output);
    assert.equal([...bucket.objects.keys()].sort(), expected.map((path) => `vod/${path}`).sort());
    assert.ok(expected.some(isReceiptName));
    assert.ok(
      isReceiptName([...bucket.objects.keys()].at(-2)!.slice('vod/'.length)),
      'the receipt is published last',
    );
    for (const path of expected.filter((each) => each !== 'report.json' && !isReceiptName(each))) {
      const bytes = await readFile(join(local.output, path));
      assert.ok(bytes.equals(bucket.objects.get(`vod/${path}`)!.bytes), path);
    }
    assert.equal(left(bucket), []);
    assert.not.ok(JSON.stringify(events).includes(S3_USER.secretAccessKey));
  } finally {
    await server.close();
  }
});

test.run();
