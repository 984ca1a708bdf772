import { BitWriter } from '../media/bit-writer.ts';
import type { Dice } from './dice.ts';

const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
const CHANNELS: Readonly<Record<number, number>> = {
  1: 1,
  2: 2,
  3: 3,
  4: 4,
  5: 5,
  6: 6,
  7: 8,
  11: 7,
  12: 8,
  14: 8,
};
const SBR = 5;
const PS = 29;

/** An AudioSpecificConfig of AAC, LC or another type, as ISO/IEC 14496-3, 1.6.2.1 has it, and what it says. */
export function randomAudioConfig(dice: Dice) {
  const out = new BitWriter();
  const put = (value: number, count: number) => out.put(value, count);
  const core = dice.of([1, 2, 3, 4, 17, 23]);
  const signalled = dice.of(['none', 'hierarchical', 'backward', 'denied'] as const);
  const extended = signalled === 'hierarchical' || signalled === 'backward';
  const parametric = extended && dice.percent(40) === 1;
  const rate = dice.of([...RATES, 37800]);
  const sampleRate = extended ? 2 * rate : rate;

  put(signalled === 'hierarchical' ? (parametric ? PS : SBR) : core, 5);
  putRate(out, rate);
  const configuration = parametric ? dice.of([0, 1]) : dice.of([0, ...Object.keys(CHANNELS).map(Number)]);
  put(configuration, 4);
  if (signalled === 'hierarchical') {
    putRate(out, sampleRate);
    put(core, 5);
  }
  const shortFrames = put(dice.below(2), 1) === 1;
  if (put(dice.below(2), 1) === 1) put(dice.below(2 ** 14), 14);
  const extension = put(core < 17 ? 0 : 1, 1);
  const coded = configuration === 0 ? putProgramConfig(out, dice, parametric) : CHANNELS[configuration]!;
  if (extension === 1) put(dice.below(8) * 2, 4); // resilience flags, extensionFlag3
  if (core >= 17) put(0, 2); // epConfig
  if (signalled === 'backward' || signalled === 'denied') {
    put(0x2b7, 11);
    put(SBR, 5);
    put(Number(extended), 1);
    if (extended) {
      putRate(out, sampleRate);
      if (parametric || dice.percent(50) === 1) {
        put(0x548, 11);
        put(Number(parametric), 1);
      }
    }
  }
  const codec = parametric ? PS : extended ? SBR : core;
  return {
    bytes: out.bytes(),
    facts: {
      ...{
        objectType: core,
        samplingFrequency: rate,
        sampleRate,
        shortFrames,
        sbr: extended,
        ps: parametric,
      },
      ...{ channels: parametric ? 2 : coded, codecs: `mp4a.40.${codec}` },
    },
  };
}

function putRate(out: BitWriter, rate: number): void {
  const index = RATES.indexOf(rate);
  out.put(index === -1 ? 15 : index, 4);
  if (index === -1) out.put(rate, 24);
}

/** program_config_element() (4.4.1.1) of at least one channel: answers how many. */
function putProgramConfig(out: BitWriter, dice: Dice, mono: boolean): number {
  out.put(dice.below(1024), 10);
  const places = mono ? [1, 0, 0] : [1 + dice.below(15), dice.below(16), dice.below(16)];
  for (const elements of places) out.put(elements, 4);
  const lowFrequency = out.put(mono ? 0 : dice.below(4), 2);
  const associated = out.put(dice.below(8), 3);
  const coupled = out.put(dice.below(16), 4);
  for (const bits of [4, 4, 3]) if (out.put(dice.below(2), 1) === 1) out.put(dice.below(2 ** bits), bits);
  let channels = lowFrequency;
  for (const elements of places) {
    for (let element = 0; element < elements; element += 1) {
      channels += 1 + out.put(mono ? 0 : dice.below(2), 1);
      out.put(element, 4);
    }
  }
  for (let index = 0; index < lowFrequency + associated; index += 1) out.put(index, 4);
  for (let index = 0; index < coupled; index += 1) out.put(index, 5);
  while (out.length % 8 !== 0) out.bits('0');
  for (let comment = out.put(dice.below(30), 8); comment > 0; comment -= 1) out.put(dice.below(256), 8);
  return channels;
}
