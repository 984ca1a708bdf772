import type { SampleProtection } from '../model/media-track.ts';
import type { Box } from './box.ts';
import type { TencFacts } from './facts.ts';
import type { FieldReader } from './field-reader.ts';

/** What `sinf` says (ISO/IEC 14496-12, 8.12). */
export interface SchemeInformation {
  readonly originalFormat: string;
  readonly schemeType: string;
  readonly schemeVersion: number;
  readonly tenc: TencFacts;
}

const SCHEMES: Readonly<Record<string, SampleProtection['scheme']>> = {
  cenc: 'cenc',
  cens: 'cens',
  cbc1: 'cbc1',
  cbcs: 'cbcs',
};

/** Track Encryption of PIFF 1.1, 5.3.3, which `tenc` comes from. */
const PIFF_TRACK_ENCRYPTION = '8974dbce7be74c5184f97148f9882554';

/** @throws DamageError where it is protected in a way that nobody knows */
export function readSchemeInformation(sinf: Box): SchemeInformation {
  const originalFormat = sinf.needed('frma').fields().fourCC();
  const { fields } = sinf.needed('schm').fullFields();
  const schemeType = fields.fourCC();
  const schemeVersion = fields.u32();
  const about = sinf.needed('schi');
  if (schemeType === 'piff') return { originalFormat, schemeType, schemeVersion, tenc: readPiff(about) };
  const scheme = SCHEMES[schemeType];
  if (!scheme)
    throw sinf.damage(`has samples under "${schemeType}", which is no scheme of Common Encryption`);
  return { originalFormat, schemeType, schemeVersion, tenc: readTenc(about.needed('tenc'), scheme) };
}

/** Track Encryption (ISO/IEC 23001-7, 8.2). */
function readTenc(box: Box, scheme: SampleProtection['scheme']): TencFacts {
  const { version, fields } = box.fullFields();
  fields.skip(1);
  return { ...box.place, version, protection: readEncryption(fields, scheme, version > 0) };
}

/**
 * From the pattern to the constant IV: `tenc` and `seig` have the same (ISO/IEC 23001-7, 6 and 8.2).
 * @throws DamageError for what no decryptor knows
 */
export function readEncryption(
  fields: FieldReader,
  scheme: SampleProtection['scheme'],
  hasPattern: boolean,
): SampleProtection {
  const pattern = fields.u8();
  const isProtected = fields.u8();
  const perSampleIvSize = fields.u8();
  const kid = fields.hex(16);
  if (isProtected > 1) throw fields.damage(`has samples whose isProtected is ${isProtected}`);
  if (![0, 8, 16].includes(perSampleIvSize)) throw fields.damage(`has IVs of ${perSampleIvSize} bytes`);
  const isConstant = isProtected === 1 && perSampleIvSize === 0;
  const constantIv = isConstant ? fields.bytes(fields.u8()) : undefined;
  if (constantIv && ![8, 16].includes(constantIv.length))
    throw fields.damage(`has a constant IV of ${constantIv.length} bytes`);
  return {
    scheme,
    kid,
    isProtected: isProtected === 1,
    perSampleIvSize,
    cryptBlocks: hasPattern ? pattern >> 4 : 0,
    skipBlocks: hasPattern ? pattern & 15 : 0,
    ...(constantIv && { constantIv }),
  };
}

function readPiff(about: Box): TencFacts {
  const box = about.children().find((child) => userType(child) === PIFF_TRACK_ENCRYPTION);
  if (!box) throw about.damage('has no Track Encryption box of PIFF');
  const fields = box.fields().skip(16);
  const version = fields.u8();
  fields.skip(3);
  return { ...box.place, version, protection: readPiffAlgorithm(fields) };
}

/** AlgorithmID, IV_size and KID (PIFF 1.1, 5.3.2 and 5.3.3). */
export function readPiffAlgorithm(fields: FieldReader): SampleProtection {
  const algorithm = fields.u24();
  const perSampleIvSize = fields.u8();
  if (algorithm > 2) throw fields.damage(`has samples under the algorithm ${algorithm} of PIFF`);
  if (![0, 8, 16].includes(perSampleIvSize)) throw fields.damage(`has IVs of ${perSampleIvSize} bytes`);
  return {
    scheme: algorithm === 2 ? 'cbc1' : 'cenc',
    kid: fields.hex(16),
    isProtected: algorithm > 0,
    perSampleIvSize,
    cryptBlocks: 0,
    skipBlocks: 0,
  };
}

/** The UUID of a `uuid` box, 32 hexadecimal digits; `undefined` for any other box. */
export const userType = (box: Box): string | undefined =>
  box.type === 'uuid' && box.end - box.body >= 16 ? box.fields().hex(16) : undefined;
