/**
 * `npm run test:s3`: a real Ceph object gateway on loopback, as source and as store. `-- matrix` for checks whose names hold this.
 * Exit status 1 when one fails.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RGW_PACKAGES, startRgw } from '../helpers/servers/rgw.ts';
import { checkConditions, checkKills, checkRefusals, checkRivals } from './behaviour.ts';
import { checkMatrix } from './matrix.ts';
import { checkLongManifest, checkNames } from './names.ts';
import { makeSetting, type Setting } from './setting.ts';
import { measureLong, measureShort } from './speed.ts';

const CHECKS: Readonly<Record<string, (setting: Setting) => Promise<string>>> = {
  conditions: checkConditions,
  refusals: checkRefusals,
  names: checkNames,
  'a long manifest': checkLongManifest,
  rivals: checkRivals,
  kills: checkKills,
  matrix: checkMatrix,
  'speed: a long file': measureLong,
  'speed: short files': measureShort,
};

async function main(words: readonly string[]): Promise<number> {
  const isThere = await promisify(execFile)('radosgw', ['--version']).catch(() => undefined);
  if (!isThere) {
    console.log(`Ceph is missing: apt-get install --no-install-recommends ${RGW_PACKAGES.join(' ')}`);
    return 1;
  }
  const started = performance.now();
  const rgw = await startRgw();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void rgw.close().then(() => process.exit(130)));
  let failed = 0;
  try {
    console.log(`A gateway after ${((performance.now() - started) / 1000).toFixed(0)} s`);
    const setting = await makeSetting(rgw);
    for (const [name, check] of Object.entries(CHECKS)) {
      if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
      try {
        console.log(`ok      ${name}: ${await check(setting)}`);
      } catch (cause) {
        failed++;
        console.log(`FAILED  ${name}: ${cause instanceof Error ? cause.stack : cause}`);
      }
    }
  } finally {
    await rgw.close();
  }
  return failed > 0 ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
