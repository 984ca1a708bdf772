import { PIFF_SAMPLE_ENCRYPTION } from './auxiliary.ts';
import type { Box } from './box.ts';
import { informationOf } from './information-sizes.ts';
import { readSchemeInformation, userType } from './protection.ts';
import { entryBoxes } from './sample-entry.ts';
import { groupingType } from './sample-groups.ts';

/** `pssh` of PIFF 1.1, 5.3.1. */
const PIFF_PSSH = 'd08a4f1810f34a82b6c832d8aba183d3';

/** Sample entries of protected samples (ISO/IEC 14496-12, 8.12.1). */
const PROTECTED: ReadonlySet<string> = new Set(['encv', 'enca', 'enct', 'encs', 'encm']);

/**
 * Make a `moov`, a `moof` or any other top-level box that of clear samples, where it lies: what protects becomes `free`, a protected sample
 * entry gets the name that it had. No box changes its place or size.
 */
export function clearBox(box: Box): void {
  if (isSystemHeader(box)) free(box);
  else if (box.type === 'moov') clearMovie(box);
  else if (box.type === 'moof') clearFragment(box);
}

function clearMovie(moov: Box): void {
  for (const child of moov.children()) {
    if (isSystemHeader(child)) free(child);
    if (child.type !== 'trak') continue;
    const mdia = child.needed('mdia');
    const handler = mdia.needed('hdlr').fullFields().fields.skip(4).fourCC();
    const stbl = mdia.needed('minf').needed('stbl');
    for (const table of stbl.children()) if (isProtection(table)) free(table);
    const stsd = stbl.needed('stsd');
    const { version } = stsd.fullFields();
    for (const entry of stsd.children(8))
      if (PROTECTED.has(entry.type))
        clearEntry(entry, entryBoxes(entry, { handler, descriptionVersion: version }));
  }
}

function clearFragment(moof: Box): void {
  for (const child of moof.children()) {
    if (isSystemHeader(child)) free(child);
    if (child.type !== 'traf') continue;
    for (const box of child.children()) if (isProtection(box)) free(box);
  }
}

function clearEntry(entry: Box, boxes: readonly Box[]): void {
  for (const box of boxes) {
    if (box.type !== 'sinf') continue;
    const { originalFormat } = readSchemeInformation(box);
    free(box);
    Buffer.from(originalFormat, 'latin1').copy(entry.held.bytes, entry.start + 4);
  }
}

const isSystemHeader = (box: Box): boolean => box.type === 'pssh' || userType(box) === PIFF_PSSH;

function isProtection(box: Box): boolean {
  switch (box.type) {
    case 'senc':
      return true;
    case 'saiz':
    case 'saio':
      return informationOf(box) !== undefined;
    case 'sgpd':
    case 'sbgp':
      return groupingType(box) === 'seig';
    default:
      return userType(box) === PIFF_SAMPLE_ENCRYPTION;
  }
}

/** Free space, whose content means nothing (ISO/IEC 14496-12, 8.1.2): nothing is left of what was there. */
function free({ held, start, body, end }: Box): void {
  Buffer.from('free', 'latin1').copy(held.bytes, start + 4);
  held.bytes.fill(0, body, end);
}
