import { createCipheriv } from 'node:crypto';
import { fromHex } from '../../../base/bytes.ts';
import type { ContentKey } from '../../../keys/content-key.ts';
import type { Finding } from '../../findings/finding.ts';
import type { FindingCode } from '../../findings/kinds/index.ts';
import { finding } from '../../findings/make.ts';
import { inFile, mainTrack, nameOf, ofEach } from '../check.ts';
import type { PackageFacts, RenditionFacts } from '../package-facts.ts';
import { type LicenceData, licenceDataOfRendition, PLAYREADY, turnedKid, WIDEVINE } from './licence-data.ts';

/** Licence data by its form, and by the scheme and the key that it speaks of. */
export const checkLicenceForms = ofEach(function* (rendition, facts) {
  const schemes = new Set(mainTrack(rendition)?.protections.map(({ scheme }) => scheme as string) ?? []);
  for (const data of licenceDataOfRendition(rendition)) {
    const { fault, where, file, scheme } = data;
    const place = placeOf(rendition, data);
    if (fault !== undefined) yield finding(formCode(data), place, `${file}: ${where} ${fault}.`);
    // What it says of MPEG-TS is not one of the schemes of ISO/IEC 23001-7.
    const isCommon = schemes.size > 0 && !schemes.has('sample-aes') && !schemes.has('aes-128');
    if (scheme !== undefined && isCommon && !schemes.has(scheme))
      yield finding(
        'WIDEVINE_DATA',
        place,
        `${file}: ${where} says the scheme ${scheme}, but ${nameOf(rendition)} is encrypted with ${[...schemes].join(', ')}.`,
        { expected: [...schemes].join(', '), found: scheme },
      );
    yield* ofPlayReady(rendition, facts, data, schemes);
  }
});

const placeOf = (rendition: RenditionFacts, { file, offset }: LicenceData) =>
  inFile(rendition, { file, ...(offset !== undefined && { offset }) });

const formCode = ({ systemId, where }: LicenceData): FindingCode =>
  systemId === WIDEVINE && !where.startsWith('the "pssh" of')
    ? 'WIDEVINE_DATA'
    : systemId === PLAYREADY
      ? 'PLAYREADY_OBJECT'
      : 'PSSH_SYNTAX';

function* ofPlayReady(
  rendition: RenditionFacts,
  { keyOf }: PackageFacts,
  data: LicenceData,
  schemes: ReadonlySet<string>,
): Generator<Finding, void> {
  const { file, where } = data;
  for (const { kid, algorithm, checksum } of data.keys ?? []) {
    const place = placeOf(rendition, data);
    const wrongCipher = algorithm === 'AESCBC' ? 'cenc' : algorithm === 'AESCTR' ? 'cbcs' : undefined;
    if (wrongCipher !== undefined && schemes.has(wrongCipher))
      yield finding(
        'PLAYREADY_OBJECT',
        place,
        `${file}: ${where} says the cipher ${algorithm}, but ${nameOf(rendition)} is encrypted with ${wrongCipher}.`,
      );
    const key = keyOf?.(kid);
    if (checksum === undefined || !key || algorithm === 'AESCBC') continue;
    if (checksumOf(key, kid) === checksum) continue;
    yield finding(
      'PLAYREADY_CHECKSUM',
      place,
      `${file}: ${where} has a checksum for the key ${kid} that is not its own.`,
    );
  }
}

/** The first 8 bytes of the key id, as a GUID has it, under the key (PlayReady Header Specification, 3.1). */
function checksumOf(key: ContentKey, kid: string): string {
  const cipher = createCipheriv('aes-128-ecb', key.reveal(), null).setAutoPadding(false);
  return cipher
    .update(fromHex(turnedKid(kid)))
    .subarray(0, 8)
    .toString('base64');
}
