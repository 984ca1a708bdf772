import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex } from '../../core/base/bytes.ts';
import { writeXml } from '../../core/base/xml/write-xml.ts';
import { parseAudioSpecificConfig } from '../../core/codecs/aac/config.ts';
import { channelConfiguration } from '../../core/codecs/channel-layout.ts';
import { adaptationSet } from '../../core/manifest/adaptation-set.ts';
import type { AudioInfo } from '../../core/media/track.ts';
import { switchingSets } from '../../core/title/switching-sets.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { soundOf } from '../helpers/media/track-kinds.ts';
import { audioFacts } from '../helpers/oracles/audio-facts.ts';
import { demuxFile } from '../helpers/oracles/read-mp4.ts';
import { audioTrack, indexedFile } from '../helpers/titles/renditions.ts';

const test = suite('channel layouts');

/** The AudioChannelConfiguration that an MPD has of such sound: scheme and value. */
function descriptorOf(audio: AudioInfo): readonly (string | undefined)[] {
  const track = audioTrack('eng', { audio });
  const rendition = indexedFile(
    { id: 'audio', tracks: [track], sizes: [1000], durations: [48_000] },
    'audio.mp4',
  );
  const [set] = switchingSets([{ ...rendition, track }], (member) => member.track);
  const options = { id: 1, isMain: true, protection: [], layout: 'single-file', minBufferTime: 1 } as const;
  const text = writeXml(adaptationSet(set!, options));
  return /AudioChannelConfiguration schemeIdUri="([^"]+)" value="([^"]+)"/.exec(text)?.slice(1) ?? [];
}

const USAC = 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011';
const CICP = 'urn:mpeg:mpegB:cicp:ChannelConfiguration';

/** Of AAC by its AudioSpecificConfig. */
function ofAac(hex: string): readonly (string | undefined)[] {
  const { channels = 0, sampleRate, layout } = parseAudioSpecificConfig(fromHex(hex));
  return descriptorOf({ channels, sampleRate, ...(layout !== undefined && { layout }) });
}

test('a layout has the code of ISO/IEC 23091-3', () => {
  const code = (front: number, side: number, back: number, lowFrequency: number) =>
    channelConfiguration({ front, side, back, lowFrequency });
  assert.equal([code(1, 0, 0, 0), code(2, 0, 0, 0), code(3, 0, 0, 0), code(3, 0, 1, 0)], [1, 2, 3, 4]);
  assert.equal([code(3, 2, 0, 0), code(3, 0, 2, 0), code(3, 2, 0, 1), code(5, 0, 2, 1)], [5, 5, 6, 7]);
  assert.equal([code(2, 0, 1, 0), code(2, 2, 0, 0), code(3, 2, 1, 1), code(3, 2, 2, 1)], [9, 10, 11, 12]);
  assert.equal([code(2, 0, 0, 1), code(3, 2, 3, 0)], [undefined, undefined]);
});

test('AAC is told by its channelConfiguration, which is such a code', () => {
  const of = (configuration: number) => ofAac((0x1180 | (configuration << 3)).toString(16).padStart(4, '0'));
  for (const code of [1, 2, 3, 4, 5, 6, 7, 11, 12, 13]) assert.equal(of(code), [USAC, String(code)]);
  assert.equal(of(14), [CICP, '14']);
});

// As ffmpeg writes them, the low frequency channel of the first two as a single one at the side.
for (const [layout, hex, expected] of [
  ['6.1', '118004c848002000c4400d4c61766335392e33372e31303056e500', [USAC, '11']],
  ['quad', '118004c4040021100d4c61766335392e33372e31303056e500', [USAC, '10']],
  ['octagonal, for which there is no code', '118004c848002008c8200d4c61766335392e33372e31303056e500', []],
] as const) {
  test(`a program config element: ${layout}`, () => assert.equal(ofAac(hex), expected));
}

test('four channels of FLAC and Opus are quadraphonic, eight have two pairs around the listener', () => {
  const flac = (channels: number) => {
    const streamInfo = `10001000000000000000${((48_000 << 12) | 0).toString(16).padStart(8, '0')}`;
    const bytes = fromHex(`0000000080000022${streamInfo}${'00'.repeat(20)}`);
    bytes.set([0x0b, 0xb8, (channels - 1) << 1], 18); // 20 bits of 48000, 3 of the channels
    return descriptorOf(audioFacts('fLaC', bytes) as AudioInfo);
  };
  const opus = (channels: number, family: number) => {
    const bytes = fromHex(
      `00${channels.toString(16).padStart(2, '0')}01380000bb800000${family.toString(16).padStart(2, '0')}`,
    );
    return descriptorOf(audioFacts('Opus', bytes) as AudioInfo);
  };
  for (const [channels, code] of [1, 2, 3, 10, 5, 6, 11, 12].entries()) {
    assert.equal(flac(channels + 1), [USAC, String(code)]);
    assert.equal(opus(channels + 1, channels < 2 ? 0 : 1), [USAC, String(code)]);
  }
  assert.equal(opus(4, 255), [], 'channels without loudspeakers');
});

test('layouts of as many channels are sets of their own', () => {
  const rendition = (layout: number) => {
    const track = audioTrack('eng', { audio: { channels: 8, sampleRate: 48_000, layout } });
    const file = indexedFile(
      { id: `audio-${layout}`, tracks: [track], sizes: [1], durations: [1] },
      'audio.mp4',
    );
    return { ...file, track };
  };
  assert.is(switchingSets([rendition(7), rendition(12), rendition(7)], ({ track }) => track).length, 2);
});

test('the files that once had a count', async () => {
  if (!hasFault('aac-7.1')) return;
  for (const [file, code] of [
    ['aac_71.mp4', '7'],
    ['aac_61.mp4', '11'],
  ] as const) {
    const [track] = await demuxFile(fault('aac-7.1', file));
    assert.equal(descriptorOf(soundOf(track)!), [USAC, code], file);
  }
});

test.run();
