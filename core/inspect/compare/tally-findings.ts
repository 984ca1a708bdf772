import type { Finding } from '../findings/finding.ts';
import type { FindingCode } from '../findings/kinds/index.ts';
import { finding } from '../findings/make.ts';
import type { OutputTrack } from './output-track.ts';
import type { Fault, FaultCount, KeyCount, Tally } from './tally.ts';

const CODES: Readonly<Record<Fault, FindingCode>> = {
  differs: 'SAMPLE_DIFFERS',
  clear: 'CLEAR_BLOCKS',
  sealed: 'ENCRYPTED_END',
  leader: 'LEADER_ENCRYPTED',
  lost: 'SAMPLE_LOST',
  added: 'SAMPLE_ADDED',
  doubled: 'SAMPLE_DOUBLED',
  moved: 'SAMPLE_ORDER',
  time: 'SAMPLE_TIME',
};

/** What is wrong with a track, one finding for each kind of fault. @param source how messages name where it is from */
export function tallyFindings(tally: Tally, { rendition, reader }: OutputTrack, source: string): Finding[] {
  // What cannot be decrypted was not looked at.
  const wrong = tally.hasMissingKeys ? [] : tally.keys.filter(isWrong);
  const underWrong = wrong.reduce((sum, { differing }) => sum + differing, 0);
  const { kind } = reader.track;
  const findings = wrong.map((key) => wrongKey(key, rendition, source));
  for (const [fault, count] of tally.faults) {
    if (fault === 'time' && tally.shift !== undefined && Math.abs(tally.shift) <= LIP_SYNC) {
      findings.push(shifted(tally.shift, rendition, kind, source));
      continue;
    }
    const places = fault === 'differs' ? count.count - underWrong : count.count;
    if (places <= 0 || (fault === 'differs' && tally.hasMissingKeys)) continue;
    const { first, expected, found } = count;
    const difference = { ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
    const one = finding(CODES[fault], first, sentence(fault, count, { rendition, kind, source }), difference);
    findings.push(places > 1 ? { ...one, count: places } : one);
  }
  return findings;
}

/** Nothing that is under it is right, though that is the same track: what is clear, or under another key, tells. */
const isWrong = ({ compared, differing }: KeyCount): boolean => differing > 0 && differing === compared;

function wrongKey({ name, first, differing }: KeyCount, rendition: string, source: string): Finding {
  const one = finding(
    'WRONG_KEY',
    first ?? { file: rendition, rendition },
    `${rendition}: with the key ${name} nothing is decrypted to what ${source} has, from ${timeOf(first?.time)} on: it was encrypted with another key, or its key id is that of another.`,
  );
  return differing > 1 ? { ...one, count: differing } : one;
}

/** Seconds by which sound may be early before people see it (ITU-R BT.1359-1). */
const LIP_SYNC = 0.045;

const shifted = (shift: number, rendition: string, kind: string, source: string): Finding =>
  finding(
    'TRACK_SHIFTED',
    { file: rendition, rendition },
    `${rendition}: the ${kind} is all of it ${(1000 * Math.abs(shift)).toFixed(1)} ms ${shift > 0 ? 'later' : 'earlier'} than ${source}.`,
  );

interface Names {
  readonly rendition: string;
  readonly kind: string;
  readonly source: string;
}

function sentence(
  fault: Fault,
  { first, sample, count, place }: FaultCount,
  { rendition, kind, source }: Names,
): string {
  const at = first.time === undefined ? 'at its end' : `at ${timeOf(first.time)}`;
  const many = count > 1;
  const one = `${kind === 'audio' ? 'an' : 'a'} ${kind} sample`;
  switch (fault) {
    case 'differs':
      return `${rendition}: ${kind} sample ${sample}, ${at}, is not what ${source} has there${place === undefined ? '' : `: ${place}, are others`}.`;
    case 'clear':
      return `${rendition}: ${kind} sample ${sample}, ${at}, has in the clear what players decrypt: ${place}.`;
    case 'sealed':
    case 'leader':
      return `${rendition}: ${kind} sample ${sample}, ${at}, has encrypted what players take as it is: ${place}.`;
    case 'lost':
      return `${rendition}: ${many ? `${count} ${kind} samples` : one} of ${source} ${many ? 'are' : 'is'} missing, from number ${sample} on, ${at}.`;
    case 'added':
      return `${rendition}: ${many ? `${count} ${kind} samples are` : `${one} is`} there that ${source} does not have at that place, before number ${sample}, ${at}.`;
    case 'doubled':
      return `${rendition}: ${kind} sample ${sample - 1} of ${source} is there twice, ${at}.`;
    case 'moved':
      return `${rendition}: ${many ? `${count} ${kind} samples are` : `${one} is`} out of order, from number ${sample} of ${source} on, ${at}.`;
    case 'time':
      return `${rendition}: ${kind} sample ${sample} is shown at another time than in ${source}.`;
  }
}

const timeOf = (time: number | undefined): string =>
  time === undefined ? 'its start' : `${time.toFixed(3)} s`;
