import type { FindingCode } from '../../findings/kinds/index.ts';
import { finding } from '../../findings/make.ts';
import type { AuxiliaryFault } from '../../mp4/facts.ts';
import { inFile, ofEach } from '../check.ts';

const CODES: Readonly<Record<AuxiliaryFault['kind'], FindingCode>> = {
  'senc-count': 'SENC',
  'senc-size': 'SENC',
  'information-missing': 'SENC',
  'information-of-clear-samples': 'SENC',
  'saiz-count': 'SAIZ',
  'saiz-size': 'SAIZ',
  'saiz-without-saio': 'SAIZ',
  'saio-count': 'SAIO',
  'saio-place': 'SAIO',
  'group-count': 'SAMPLE_GROUPS',
  'group-description-missing': 'SAMPLE_GROUPS',
};

/** What tells how samples are encrypted agrees with itself: `senc`, `saiz`, `saio`, `sbgp`. */
export const checkAuxiliary = ofEach(function* (rendition) {
  for (const { kind, position, reason, file, count } of rendition.media?.fragments?.faults ?? []) {
    const found = finding(
      CODES[kind],
      inFile(rendition, { file, offset: position }),
      `${file}: the fragment at byte ${position} has ${reason}.`,
    );
    yield count > 1 ? { ...found, count } : found;
  }
});
