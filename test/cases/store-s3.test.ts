/** Titles into buckets of a server in this process; `npm run test:s3` does it with a real one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { titleThere } from '../../core/cli/executable.ts';
import { packageTitle, type RunEvent } from '../../core/index.ts';
import { isReceiptName } from '../../core/kit.ts';
import { reportJson, storeS3 } from '../../plugins/index.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { S3_USER, serveS3 } from '../helpers/servers/s3-server.ts';
import { left } from '../helpers/servers/s3-world.ts';
import { modeNamed } from '../helpers/titles/modes.ts';
import { filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('titles into buckets');

/** Names in buckets are taken as they are written: nothing is decoded, and nothing of them is a query. */
const PREFIX = 'vod a%20b+c#1?d=%2F';
const INPUT = 's3://masters/the film%20+#2?x=1.mp4';

test('single files and segments of a title are those of the disk, and the report lies beside them', async () => {
  const server = await serveS3();
  try {
    const bytes = await readFile(await oddMedia('ctts-v0'));
    const object = { bytes, etag: '"e"', modified: 0, headers: {} };
    server.addBucket('masters').objects.set(INPUT.slice('s3://masters/'.length), object);
    const bucket = server.addBucket('films');
    const plugins = [
      ...testPlugins(),
      reportJson({ file: 'report.json' }),
      storeS3({ endpoint: server.url, region: server.region, credentials: S3_USER }),
      ...['dash-segments', 'hls-aes-ts', 'ncg'].map((name) => modeNamed(name).plugin()),
    ];
    // In buckets titles get a receipt by themselves.
    const local = titleOptions({ inputs: [INPUT], receipt: true });
    await packageTitle({ title: local, plugins });
    const events: RunEvent[] = [];
    const { receipt: _, ...same } = local;
    const title = { ...same, output: `s3://films/${PREFIX}` };
    await packageTitle({ title, plugins, onEvent: (event) => void events.push(event) });
    const expected = await filesBelow(local.output);
    assert.equal([...bucket.objects.keys()].sort(), expected.map((path) => `${PREFIX}/${path}`).sort());
    assert.ok(expected.some(isReceiptName));
    const receipt = [...bucket.objects.keys()].at(-2)!;
    assert.ok(isReceiptName(receipt.slice(PREFIX.length + 1)), 'the receipt is published last');
    assert.is(JSON.parse(Buffer.from(bucket.objects.get(receipt)!.bytes).toString()).inputs[0].path, INPUT);
    assert.is((await titleThere({ title, plugins }, { byReceipt: true, byTime: false }))?.isCurrent, true);
    for (const path of expected.filter((each) => each !== 'report.json' && !isReceiptName(each))) {
      const bytes = await readFile(join(local.output, path));
      assert.ok(bytes.equals(bucket.objects.get(`${PREFIX}/${path}`)!.bytes), path);
    }
    assert.equal(left(bucket), []);
    assert.not.ok(JSON.stringify(events).includes(S3_USER.secretAccessKey));
  } finally {
    await server.close();
  }
});

test.run();
