/** What a track of MP4 is for: `kind` boxes, and the flags of QuickTime's subtitles. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, fullBox } from '../../core/base/box.ts';
import { readBoxHeader } from '../../core/base/box-walk.ts';
import { concat } from '../../core/base/bytes.ts';
import { readTrackKinds, soundUseOf, textUseOf } from '../../core/containers/mp4/read/track-kinds.ts';
import { cuesOfTx3g } from '../../core/text/samples/tx3g.ts';
import { isForcedTx3g } from '../../core/text/samples/tx3g-flags.ts';

const test = suite('kinds of tracks in MP4');

const DASH = 'urn:mpeg:dash:role:2011';
const kind = (scheme: string, value: string) => fullBox('kind', 0, 0, `${scheme}\0`, `${value}\0`);
const kindsOf = (...parts: readonly Uint8Array[]) => {
  const udta = box('udta', [...parts]);
  return readTrackKinds(udta, readBoxHeader(udta, 0, udta.length));
};

test('roles of DASH are read, and purposes of sound; other schemes are not', () => {
  const others = [kind('about:html-kind', 'main'), box('name', 'Commentary')];
  const purpose = kind('urn:tva:metadata:cs:AudioPurposeCS:2007', '1');
  assert.equal(kindsOf(...others, kind(DASH, 'commentary'), purpose), ['commentary', 'description']);
  assert.equal(kindsOf(kind(DASH, 'dub'), Uint8Array.of(0, 0, 0, 0)), ['dub']); // as QuickTime ends it
  assert.equal(kindsOf(Uint8Array.of(0, 0, 0, 3, 1)), []);
  assert.equal(readTrackKinds(new Uint8Array(0), undefined), []);
});

test('of sound and of text, each what is for it; which is the main one, the title says', () => {
  assert.equal(soundUseOf(['main', 'subtitle', 'unheard-of']), {});
  assert.equal(soundUseOf(['description']), {
    roles: ['description'],
    characteristics: ['public.accessibility.describes-video'],
  });
  assert.equal(soundUseOf(['enhanced-audio-intelligibility']), soundUseOf(['caption']));
  assert.equal(textUseOf(['main', 'subtitle', 'dub'], false), {});
  assert.equal(textUseOf(['forced-subtitle'], false), textUseOf([], true));
  assert.equal(textUseOf(['commentary', 'caption'], false).roles, ['commentary', 'caption']);
});

test('tx3g: all of it is forced, or some, which is told', () => {
  const entryOf = (flags: number): Uint8Array => {
    const entry = new Uint8Array(38);
    new DataView(entry.buffer).setUint32(8, flags);
    return entry;
  };
  const data = concat([Uint8Array.of(0, 2), Buffer.from('ab')]);
  const lostOf = (flags: number) =>
    cuesOfTx3g([{ start: 0, end: 1000, data, moved: 0 }], entryOf(flags), 'a.mp4').lost;
  assert.equal(
    [0, 0x4000_0000, 0x8000_0000, 0xc000_0000].map((flags) => isForcedTx3g(entryOf(flags))),
    [false, false, true, true],
  );
  assert.equal(lostOf(0x4000_0000), ['which single texts are forced']);
  for (const flags of [0, 0x8000_0000, 0xc000_0000]) assert.equal(lostOf(flags), []);
});

test.run();
