import * as assert from 'uvu/assert';
import {
  channelConfiguration,
  checkDuration,
  isDash,
  languageOf,
  nothingClear,
  sampleRate,
  segmentLengths,
  transfers,
  turn,
  warning,
} from './checks.ts';
import { clockSetBack, layered, turned, uneven } from './made.ts';
import { byAll, type FaultRow, NOT_IN_TS } from './row.ts';

const SECONDS = 6;

/** Every folder of the faults directory that has media, and what is right of it. */
export const FAULT_ROWS: readonly FaultRow[] = [
  {
    fault: 'aac-7.1',
    files: ['aac_71.mp4'],
    was: 'AAC 7.1 announced by its number of channels, 8, which is dual mono',
    check: channelConfiguration('7'),
  },
  {
    fault: 'aac-7.1',
    files: ['aac_61.mp4'],
    was: 'AAC 6.1 announced by its number of channels',
    refused: NOT_IN_TS,
    check: channelConfiguration('11'),
  },
  {
    fault: 'avc-mvc',
    files: ['mvc.mp4'],
    was: 'the second view of H.264 left clear',
    made: layered('avc-view'),
    check: nothingClear,
  },
  {
    fault: 'hdr-and-sdr',
    files: ['hv_hdr.mp4', 'hv_sdr.mp4'],
    was: 'renditions in PQ and SDR in one adaptation set',
    refused: NOT_IN_TS,
    check: transfers,
  },
  {
    fault: 'he-aac-implicit',
    files: ['bear-implicit.mp4'],
    was: 'HE-AAC whose configuration does not say so taken for AAC LC',
    check: sampleRate('mp4a.40.5', 44_100),
  },
  {
    fault: 'he-aac-implicit',
    files: ['bear-adts.ts'],
    was: 'HE-AAC in ADTS taken for AAC LC',
    check: sampleRate('mp4a.40.5', 44_100),
  },
  {
    fault: 'hlg-by-sei',
    files: ['hlgatc.mp4'],
    was: 'HLG that only an SEI message tells announced as SDR',
    refused: NOT_IN_TS,
    check({ mode, manifests }) {
      assert.match(manifests, isDash(mode) ? /cicp:TransferCharacteristics" value="18"/ : /VIDEO-RANGE=HLG/);
      return isDash(mode) ? 'TransferCharacteristics 18' : 'VIDEO-RANGE=HLG';
    },
  },
  {
    fault: 'language-in-mdhd',
    files: ['es1.m4a'],
    was: 'a language of the config that mdhd does not say',
    options: { choices: [{ language: 'fr' }] },
    check: languageOf('fra', 'fr'),
  },
  {
    fault: 'mac-language',
    files: ['japanese-mac-code-11.m4a'],
    was: 'a language code of QuickTime lost',
    check: languageOf('jpn', 'ja'),
  },
  {
    fault: 'many-iframes',
    files: ['intra-27min.mp4'],
    was: 'a playlist of 41250 I-frames overflowed the stack',
    isLong: true,
    check({ mode, manifests }) {
      if (isDash(mode)) return undefined;
      const [, iframes = ''] = manifests.split('#EXT-X-I-FRAMES-ONLY');
      const count = iframes.split('#EXT-X-ENDLIST')[0]!.split('#EXTINF').length - 1;
      assert.is(count, 41_250);
      return `${count} I-frames listed`;
    },
  },
  {
    fault: 'mv-hevc',
    files: ['mv.mp4'],
    was: 'the second view of HEVC left clear',
    made: layered('hevc-layer'),
    refused: NOT_IN_TS,
    check: nothingClear,
  },
  {
    fault: 'nal-with-start-codes',
    files: ['sample_sef_slow_motion.mp4'],
    was: 'slices behind start codes in a NAL unit left clear',
    made: layered('avc-prefix'),
    check: nothingClear,
  },
  {
    fault: 'open-gop-without-idr',
    files: ['capture.ts'],
    was: 'a recording without IDR packaged without a word of what does not play it',
    check: warning(/has no IDR picture at the start of any segment/),
  },
  {
    fault: 'rotation',
    files: ['portrait.mp4'],
    was: 'the display matrix lost',
    made: turned,
    check: turn,
  },
  {
    fault: 'same-track-id',
    files: ['same-track-id.mp4'],
    was: 'video and audio with one track_ID mixed up',
    refused: byAll('UNSUPPORTED_INPUT'),
    says: /\b1\b/,
  },
  {
    fault: 'same-track-id',
    files: ['same-track-number.mkv'],
    was: 'video and audio with one TrackNumber mixed up',
    refused: byAll('UNSUPPORTED_INPUT'),
    says: /\b1\b/,
  },
  {
    fault: 'sidx-65536',
    files: ['day-1fps.mp4'],
    was: 'more segments than a sidx can count: failed after all the work',
    options: { segmentDuration: 1 },
    isLong: true,
    refused: { 'dash-cenc': 'UNSUPPORTED_INPUT' },
    says: /segments/,
    omitted: { 'dash-segments': '70,000 files' },
    check: checkDuration(70_000, 1),
  },
  {
    fault: 'sound-and-picture-ends',
    files: ['sound-14s-picture-5s.mp4'],
    was: 'all sound behind the last picture in one segment',
    made: uneven('short-pictures', [0, 5], [0, 14]),
    options: { segmentDuration: SECONDS },
    check: ({ report }) => segmentLengths(report, [6, 6, 2]),
  },
  {
    fault: 'sound-and-picture-ends',
    files: ['picture-from-20s.mp4'],
    was: 'all sound before the first picture in one segment',
    made: uneven('late-pictures', [20, 40], [0, 40]),
    options: { segmentDuration: SECONDS },
    check: ({ report }) => segmentLengths(report, [6, 6, 6, 6, 6, 6, 4]),
  },
  {
    fault: 'ts-clock-set-back',
    files: ['three-times-4s.ts'],
    was: 'three recordings in one file laid on top of each other',
    made: clockSetBack,
    check: checkDuration(12, 0.2),
  },
  {
    fault: 'ts-jump-2-32',
    files: ['jump.ts'],
    was: 'a jump of 2^32 ticks written as the duration of a sample',
    check: checkDuration(2.17, 0.02),
  },
];
