import { toHex } from '../../../base/bytes.ts';
import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { SampleProtection } from '../../model/media-track.ts';
import { inFile, inManifest, mainTrack, nameOf, ofEach } from '../check.ts';
import type { PackageFacts, RenditionFacts, TrackFacts } from '../package-facts.ts';
import { FAIRPLAY_FORMAT } from './licence-data.ts';

const MP4_PROTECTION = 'urn:mpeg:dash:mp4protection:2011';

/** Schemes that a METHOD of a playlist may stand for (RFC 8216bis, 4.4.4.4). */
const OF_METHOD: Readonly<Record<string, readonly string[]>> = {
  'AES-128': ['aes-128'],
  'SAMPLE-AES': ['sample-aes', 'cbcs'],
  'SAMPLE-AES-CTR': ['cenc'],
};

/** What protects samples: that manifests say it, and that it is what its scheme allows. */
export const checkSchemes = ofEach(function* (rendition, facts) {
  const track = mainTrack(rendition);
  if (!track) return;
  yield* asListed(rendition, track);
  for (const protection of track.protections) yield* asAllowed(rendition, track, protection, facts);
});

function* asListed(rendition: RenditionFacts, track: TrackFacts): Generator<Finding, void> {
  const { listed } = rendition;
  const schemes = [...new Set(track.protections.map(({ scheme }) => scheme))];
  const said = listed.protection.find(({ schemeIdUri }) => schemeIdUri === MP4_PROTECTION)?.value;
  const wrong = said === undefined ? undefined : schemes.find((scheme) => scheme !== said.toLowerCase());
  if (said !== undefined && wrong !== undefined)
    yield finding(
      'SCHEME_MISMATCH',
      inManifest(rendition),
      `${listed.manifest} says that ${nameOf(rendition)} is protected with ${said}, and its file says ${wrong}.`,
      { expected: wrong, found: said },
    );
  const methods = new Set(listed.segments.flatMap(({ keys }) => keys.map(({ method }) => method)));
  for (const method of methods) {
    const allowed = OF_METHOD[method];
    const other = allowed && schemes.find((scheme) => !allowed.includes(scheme));
    if (other !== undefined)
      yield finding(
        'SCHEME_MISMATCH',
        inManifest(rendition),
        `${listed.manifest} says METHOD=${method}, and its segments are protected with ${other}.`,
        { expected: other, found: method },
      );
  }
}

function* asAllowed(
  rendition: RenditionFacts,
  track: TrackFacts,
  protection: SampleProtection,
  { keyOf }: PackageFacts,
): Generator<Finding, void> {
  const { scheme, perSampleIvSize, constantIv, cryptBlocks, skipBlocks, kid } = protection;
  if (scheme === 'aes-128' || scheme === 'sample-aes') return;
  const place = inFile(rendition, { file: rendition.listed.init?.path ?? track.rows.at(0).file });
  const name = nameOf(rendition);
  const pattern = `${cryptBlocks}:${skipBlocks}`;
  if (
    scheme === 'cbcs' ? constantIv === undefined || perSampleIvSize !== 0 : ![8, 16].includes(perSampleIvSize)
  )
    yield finding(
      'IV_SIZE',
      place,
      `${name} is protected with ${scheme}, and has ${perSampleIvSize === 0 ? 'no IV for each sample' : `IVs of ${perSampleIvSize} bytes for samples`}${constantIv ? ' but a constant one' : ''}.`,
    );
  if ((scheme === 'cenc' || scheme === 'cbc1') && pattern !== '0:0')
    yield finding(
      'PATTERN',
      place,
      `${name} is protected with ${scheme}, which has no pattern, and says ${pattern}.`,
      {
        expected: '0:0',
        found: pattern,
      },
    );
  if (scheme === 'cbcs') {
    const usual = track.track.kind === 'video' ? ['1:9'] : ['0:0', '1:0', '10:0'];
    if (!usual.includes(pattern))
      yield finding(
        'PATTERN_UNUSUAL',
        place,
        `${name} encrypts ${track.track.kind} in the pattern ${pattern}.`,
        {
          expected: usual[0]!,
          found: pattern,
        },
      );
  }
  yield* ofConstantIv(rendition, protection, kid === undefined ? undefined : keyOf?.(kid)?.iv, place.file);
}

/** The IV of a licence or a key line is the one in the file. */
function* ofConstantIv(
  rendition: RenditionFacts,
  { constantIv, kid }: SampleProtection,
  ofKey: Uint8Array | undefined,
  file: string,
): Generator<Finding, void> {
  if (!constantIv) return;
  const { listed } = rendition;
  const found = toHex(constantIv);
  const lines = listed.segments.flatMap(({ keys }) => keys);
  const said = lines.find(({ iv, kid: other }) => iv && (other === undefined || other === kid))?.iv;
  if (said && toHex(said) !== found)
    yield finding(
      'IV_OF_KEY_LINE',
      inManifest(rendition),
      `${listed.manifest} says another IV than ${file} is encrypted with.`,
    );
  else if (ofKey && toHex(ofKey) !== found && lines.some(({ keyFormat }) => keyFormat === FAIRPLAY_FORMAT))
    yield finding(
      'CONSTANT_IV',
      inFile(rendition, { file }),
      `${file} is encrypted with another IV than comes with the key ${kid}.`,
    );
}
