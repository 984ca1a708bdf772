import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { threeLetterCode } from '../../core/base/iso-639.ts';
import { mediaLanguage } from '../../core/containers/mp4/read/mac-language.ts';
import { initSegment } from '../../core/containers/mp4/write/init.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { demux, demuxFile, memorySource } from '../helpers/oracles/read-mp4.ts';

const test = suite('languages');

test('three letters are those of ISO 639-2/T, whatever the spelling', () => {
  const spellings: Record<string, string> = {
    ...{ fr: 'fra', FR: 'fra', 'fr-CA': 'fra', fre: 'fra', fra: 'fra', ger: 'deu', de: 'deu', chi: 'zho' },
    ...{ 'zh-Hant': 'zho', iw: 'heb', in: 'ind', yue: 'yue', 'cmn-Hans': 'cmn', tl: 'tgl', tgl: 'tgl' },
    ...{ sr: 'srp', 'sr-Latn': 'srp', nb: 'nob', no: 'nor', mul: 'mul', zxx: 'zxx', qaa: 'qaa' },
    ...{ und: 'und', 'x-own': 'und', 'no language': 'und', '': 'und' },
  };
  for (const [tag, code] of Object.entries(spellings)) assert.is(threeLetterCode(tag), code, tag);
});

test('mdhd has the code that comes closest, elng the tag that does not fit', () => {
  const written = (language: string) => {
    const file = parseBoxes(
      initSegment({
        track: makeTrack({ kind: 'audio', entry: 'mp4a', language }),
        encryption: undefined,
        pssh: [],
        duration: 1,
      }),
    );
    const [elng] = findBoxes(file, 'elng');
    return [
      findBox(file, 'mdhd')['languageString'],
      elng && String(elng['extended_language']).replace('\0', ''),
    ];
  };
  assert.equal(written('fr'), ['fra', 'fr']);
  assert.equal(written('pt-BR'), ['por', 'pt-BR']);
  assert.equal(written('zh-Hant'), ['zho', 'zh-Hant']);
  assert.equal(written('ger'), ['deu', undefined]);
  assert.equal(written('yue'), ['yue', undefined]);
  assert.equal(written('und'), ['und', undefined]);
});

test('codes of the Macintosh are languages; what states none is und', () => {
  const known: Record<number, string> = {
    ...{ 1: 'fr', 11: 'ja', 19: 'zh-Hant', 33: 'zh-Hans', 34: 'nl-BE', 53: 'ro-MD', 94: 'eo' },
    ...{ 128: 'cy', 140: 'gl', 148: 'grc', 151: 'nn' },
    ...{ 5575: 'eng', 21956: 'und', 38343: 'eng' },
    ...{ 95: 'und', 127: 'und', 152: 'und', 1023: 'und', 1024: 'und', 32767: 'und', 65535: 'und' },
  };
  for (const [code, tag] of Object.entries(known)) assert.is(mediaLanguage(Number(code), true), tag, code);
  assert.is(mediaLanguage(0, true), 'en');
  assert.is(mediaLanguage(0, false), 'und', 'what writes MP4 means nothing by it');
});

/** Bytes of `mdhd`, version 0, from its type to the language. */
const TO_LANGUAGE = 4 + 20;

/** A copy whose audio tracks state these languages, in the order of the file. */
function withLanguages(file: Buffer, brand: string, codes: readonly number[]): Buffer {
  const copy = Buffer.from(file);
  copy.write(brand, copy.indexOf('ftyp') + 4, 'latin1');
  let at = 0;
  for (const code of codes) {
    at = copy.indexOf('mdhd', at + 1, 'latin1');
    copy.writeUInt16BE(code, at + TO_LANGUAGE);
  }
  return copy;
}

test('a film with languages of the Macintosh keeps all its tracks', async () => {
  const file = await readFile(await oddMedia('languages'));
  const languagesOf = async (brand: string, codes: readonly number[]) => {
    const { tracks = [] } = await demux(memorySource(withLanguages(file, brand, [0x7fff, ...codes])));
    return tracks.map(({ language }) => language);
  };
  assert.equal(await languagesOf('qt  ', [0, 19, 33]), ['und', 'en', 'zh-Hant', 'zh-Hans']);
  assert.equal(await languagesOf('isom', [0, 11, 2]), ['und', 'und', 'ja', 'de']);
});

test('the file that once had no language', async () => {
  if (!hasFault('mac-language')) return;
  const [track] = await demuxFile(fault('mac-language', 'japanese-mac-code-11.m4a'));
  assert.is(track?.language, 'ja');
});

test.run();
