import { finding } from '../../findings/make.ts';
import type { MediaEntry } from '../../model/media-track.ts';
import { inManifest, mainTrack, nameOf, ofEach } from '../check.ts';

/** Channels of the configurations of ISO/IEC 23091-3 that have another number than themselves. */
const OF_CONFIGURATION: Readonly<Record<number, number>> = {
  7: 8,
  8: 2,
  9: 3,
  10: 4,
  11: 7,
  12: 8,
  13: 24,
  14: 8,
  15: 12,
  16: 10,
  17: 12,
  18: 14,
  19: 12,
  20: 14,
};

/** Channels and sampling rate are those of the sound. */
export const checkSound = ofEach(function* (rendition) {
  const { listed } = rendition;
  const track = listed.kind === 'audio' ? mainTrack(rendition)?.track : undefined;
  const [entry] = track?.kind === 'audio' ? track.entries : [];
  if (!entry) return;
  const { sampleRate } = entry;
  const channels = channelsIn(entry);
  const said = listed.channels;
  if (said !== undefined && channels && !channelsOf(said).includes(channels) && !isParametric(entry, said))
    yield finding(
      'CHANNELS',
      inManifest(rendition),
      `${listed.manifest} says ${said} channels for ${nameOf(rendition)}, which has ${channels}.`,
      { expected: channels, found: said },
    );
  if (listed.sampleRate === undefined || !sampleRate || listed.sampleRate === sampleRate) return;
  // With spectral band replication twice what the core has.
  if (entry.format === 'mp4a' && [2 * sampleRate, sampleRate / 2].includes(listed.sampleRate)) return;
  yield finding(
    'SAMPLE_RATE',
    inManifest(rendition),
    `${listed.manifest} says ${listed.sampleRate} Hz for ${nameOf(rendition)}, which has ${sampleRate}.`,
    { expected: sampleRate, found: listed.sampleRate },
  );
});

/** Of acmod (ETSI TS 102 366, 4.4.2.3), from 0. */
const OF_ACMOD = [2, 1, 2, 3, 3, 4, 4, 5];

/** Of AC-3 and E-AC-3 sample entries say two channels whatever they have: `dac3` and `dec3` say it (ETSI TS 102 366, F). */
function channelsIn({ format, config, channels }: MediaEntry): number | undefined {
  if (format !== 'ac-3' && format !== 'ec-3') return channels;
  if (config.length < (format === 'ac-3' ? 3 : 5)) return undefined;
  if (format === 'ac-3') return OF_ACMOD[(config[1]! >> 3) & 7]! + ((config[1]! >> 2) & 1);
  // Dependent substreams have more of them than the first says.
  if (((config[4]! >> 1) & 15) > 0 || (config[1]! & 7) > 0) return undefined;
  return OF_ACMOD[(config[3]! >> 1) & 7]! + (config[3]! & 1);
}

/** What a text may mean: a number, `16/JOC`, a configuration, Dolby's mask of 16 bits. */
function channelsOf(text: string): number[] {
  if (/^[0-9a-f]{4}$/i.test(text)) return [maskChannels(Number.parseInt(text, 16))];
  const count = Number.parseInt(text, 10);
  return [count, OF_CONFIGURATION[count] ?? count];
}

/** Of some bits each is a pair of loudspeakers (ETSI TS 102 366, E.1.3.1.8). */
const PAIRS = [5, 6, 9, 10, 11, 13].map((bit) => 1 << (15 - bit));

function maskChannels(mask: number): number {
  let count = 0;
  for (let bit = 0; bit < 16; bit++) if (mask & (1 << bit)) count += PAIRS.includes(1 << bit) ? 2 : 1;
  return count;
}

/** Parametric stereo is in one channel; objects are in what carries six. */
const isParametric = ({ format, channels }: MediaEntry, said: string): boolean =>
  (format === 'mp4a' && channels === 1 && said === '2') || (format === 'ec-3' && said.includes('/JOC'));
