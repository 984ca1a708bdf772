/** What manifests tell players of keys by label. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { attribute, children, type MpdElement, parseMpd, textOf } from '../oracles/mpd-document.ts';
import { attributesOf } from '../oracles/valid-playlists.ts';
import { hexKey, keyFor, LABELS, uuidOf } from './label-titles.ts';

/** The adaptation sets, as far as they are about keys. */
export function setsOf(path: string) {
  const period = children(parseMpd(readFileSync(path, 'utf8')), 'Period')[0];
  return children(period, 'AdaptationSet').map((set) => {
    const protections = children(set, 'ContentProtection');
    const switching = children(set, 'SupplementalProperty').filter((property) =>
      attribute(property, 'schemeIdUri')?.endsWith('adaptation-set-switching:2016'),
    );
    return {
      id: attribute(set, 'id')!,
      kind: attribute(set, 'contentType')!,
      keyId: attribute(protections[0], 'cenc:default_KID') ?? attribute(protections[0], 'default_KID'),
      boxes: protections
        .flatMap((one) => children(one, 'cenc:pssh').concat(children(one, 'pssh')))
        .map(textOf),
      roles: children(set, 'Role').map((role) => attribute(role, 'value')),
      switchesTo: switching.map((property) => attribute(property, 'value')),
      files: children(set, 'Representation').map((one: MpdElement) => attribute(one, 'id')!),
    };
  });
}

/** Assert that there is a set for each key, with its boxes, and that players may switch between those of pictures. @param labels of the pictures, in order */
export function assertSetsByLabel(path: string, labels: readonly string[]): void {
  const sets = setsOf(path);
  const videoLabels = [...new Set(labels)];
  assert.equal(
    sets.map(({ kind, keyId }) => [kind, keyId]),
    [...videoLabels.map((label) => ['video', uuidOf(label)]), ['audio', uuidOf('AUDIO')]],
  );
  const videoIds = sets.filter(({ kind }) => kind === 'video').map(({ id }) => id);
  for (const { id, kind, roles, switchesTo, boxes } of sets) {
    const others = videoIds.filter((other) => other !== id);
    assert.equal(switchesTo, kind === 'video' && others.length > 0 ? [others.join(',')] : []);
    assert.equal(roles, ['main'], 'one choice, whatever the key');
    assert.ok(boxes.length >= 3);
  }
  for (const [index, { boxes }] of sets.entries()) {
    const own = Buffer.from([...videoLabels, 'AUDIO'].map((label) => keyFor(label).id)[index]!);
    const [common] = boxes.map((text) => Buffer.from(text, 'base64'));
    assert.ok(common!.includes(own) && boxes.length > 0, 'the set has the box of its own key');
    for (const label of [...videoLabels, 'AUDIO'].filter((_, place) => place !== index))
      assert.not.ok(common!.includes(Buffer.from(keyFor(label).id)), `and not that of ${label}`);
  }
}

/** The keys of a playlist, and of the multivariant one. */
const keyLines = (path: string) => attributesOf(readFileSync(path, 'utf8'), 'EXT-X-KEY');

/** The multivariant playlist. */
export const masterOf = (folder: string) => readFileSync(join(folder, 'master.m3u8'), 'utf8');

/** Assert that the playlists of a unit have the key of its label, and of no other. */
export function assertKeyLines(folder: string, unit: string, label: string): void {
  const { keyId } = hexKey(label);
  for (const name of ['stream.m3u8', 'iframe.m3u8']) {
    if (!readdirSync(join(folder, unit)).includes(name)) continue;
    const lines = keyLines(join(folder, unit, name));
    assert.ok(lines.length > 0, `${unit}/${name}`);
    assert.ok(
      lines.some((line) => line.includes(keyId)),
      `${unit}/${name} has the key of ${label}`,
    );
    for (const other of LABELS.filter((one) => one !== label))
      assert.not.ok(
        lines.some((line) => line.includes(hexKey(other).keyId)),
        `${unit}/${name}: ${other}`,
      );
  }
}

const LEVELS: Readonly<Record<string, string>> = { SD: 'NONE', HD: 'TYPE-0', UHD1: 'TYPE-1', UHD2: 'TYPE-1' };

/** Session keys are the media playlists' own, each once; levels go by label, where labels go by quality. */
export function assertMaster(folder: string, units: readonly string[], labels: readonly string[]): void {
  const text = masterOf(folder);
  const session = attributesOf(text, 'EXT-X-SESSION-KEY');
  const media = [...new Set(units.flatMap((unit) => keyLines(join(folder, unit, 'stream.m3u8'))))];
  assert.equal([...session].sort(), media.sort());
  const variants = attributesOf(text, 'EXT-X-STREAM-INF');
  const levels = variants.map((line) => /HDCP-LEVEL=([^,]+)/.exec(line)?.[1]);
  assert.equal(
    levels,
    labels.map((label) => LEVELS[label]),
  );
  const trick = attributesOf(text, 'EXT-X-I-FRAME-STREAM-INF').map(
    (line) => /HDCP-LEVEL=([^,]+)/.exec(line)?.[1],
  );
  assert.equal(trick, levels);
  assert.not.match(text, /ALLOWED-CPC/);
}
