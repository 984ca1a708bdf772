/** Titles that came by no config: what is wrong with plugins and numbers is told before anybody is asked. */
import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openTitle, type Plugin, packageTitle, resolveConfig, type TitleOptions } from '../../core/index.ts';
import { dashCenc } from '../../plugins/index.ts';
import { failureOf, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('options of the library');

async function refused(facts: Partial<TitleOptions>, plugin: Plugin = dashCenc()): Promise<string> {
  const title = titleOptions({ inputs: ['/nowhere/film.mp4'], ...facts });
  const options = { title, plugins: [...testPlugins(), plugin] };
  const [one, other] = [await failureOf(packageTitle(options)), await failureOf(openTitle(options))];
  assert.equal([one.code, other.message], ['INVALID_CONFIG', one.message]);
  assert.not.ok(existsSync(title.output));
  return one.message;
}

test('options of plugins that their schemas refuse', async () => {
  const wrong = [{ layout: 'nonsense' }, { sytems: ['common'] }] as object[];
  assert.match(await refused({}, dashCenc(wrong[0]!)), 'plugins[3] (mode-dash-cenc).layout: expected');
  assert.match(await refused({}, dashCenc(wrong[1]!)), 'sytems: there is no such option. Did you mean');
  const own: Plugin = {
    name: 'mode-own',
    options: { secret: 12345678 },
    schema: { type: 'object', properties: { secret: { type: 'string' } } },
    apply: () => assert.unreachable(),
  };
  const message = await refused({}, own);
  assert.match(message, 'plugins[3] (mode-own).secret: expected');
  assert.not.match(message, '12345678');
});

test('numbers of a title that are none', async () => {
  for (const segmentDuration of [Number.NaN, 0, -1, undefined as unknown as number])
    assert.match(await refused({ segmentDuration }), 'segmentDuration: expected seconds, more than 0, got');
  for (const workers of [Number.NaN, -1, 1.5])
    assert.match(await refused({ workers }), 'workers: expected a whole number, 0 or more, got');
  assert.match(await refused({ keyRotation: 0, clearLead: -1 }), /keyRotation: .*\n.*clearLead: /);
});

test('what a config was checked with is not checked again', async () => {
  let asked = 0;
  const options = Object.defineProperty({}, 'name', { enumerable: true, get: () => `${asked++}` });
  const plugin: Plugin = {
    name: 'mode-own',
    options: options as Record<string, unknown>,
    schema: { type: 'object', properties: { name: { type: 'string' } } },
    apply() {},
  };
  const plugins = [...testPlugins(), plugin];
  const builtins = { plugins: {}, presets: {} };
  const resolved = resolveConfig({ inputs: ['/nowhere/film.mp4'], plugins }, { base: '/', builtins });
  const before = asked;
  assert.ok(before > 0);
  const error = await failureOf(packageTitle(resolved));
  assert.is.not(error.code, 'INVALID_CONFIG');
  assert.is(asked, before);
});

test.run();
