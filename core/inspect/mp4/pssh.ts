import { copyBytes } from '../../base/bytes.ts';
import type { Box } from './box.ts';
import type { PsshFacts } from './facts.ts';

/** The `pssh` boxes among others. */
export const readPsshs = (boxes: readonly Box[]): PsshFacts[] =>
  boxes.filter(({ type }) => type === 'pssh').map(readPssh);

function readPssh(box: Box): PsshFacts {
  const { version, fields } = box.fullFields();
  const systemId = fields.hex(16);
  const kids: string[] = [];
  for (let left = version > 0 ? fields.u32() : 0; left > 0; left--) kids.push(fields.hex(16));
  const data = fields.bytes(fields.u32());
  return { ...box.place, version, systemId, kids, data, bytes: copyBytes(box.bytes) };
}
