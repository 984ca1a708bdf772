import { type Dialect, empty, type LabelUse } from '../../../core/kit.ts';
import { jsonError } from './json-error.ts';
import { NCG_KEYS } from './ncg-keys.ts';

/**
 * A usage rule for every key is mandatory: with a filter for each kind of track that it is for, so that `ALL` has exactly one
 * empty filter of both; what pictures share with sound is called after both. A label that says nothing of sizes is a filter of its own.
 */
const usageRule = (label: string, use: LabelUse) => ({
  trackType: trackTypeOf(label, use),
  filters: [
    ...use.video.map((bounds) => empty('VideoFilter', { ...bounds })),
    ...use.audio.map((bounds) => empty('AudioFilter', { ...bounds })),
    ...(use.isNamed ? [empty('LabelFilter', { label })] : []),
  ],
});

/** A track type has as many parts as its rule has filters of tracks. */
const trackTypeOf = (label: string, { video, audio }: LabelUse): string =>
  label !== 'ALL' && label.split('+').length < video.length + audio.length ? `${label}+AUDIO` : label;

/** SPEKE 2: `playlist` is what the edition of CPIX calls the multivariant playlist. */
const speke = (name: string, speke: string, version: '2.3' | '2.4', playlist: string): Dialect => ({
  name,
  headers: { 'content-type': 'application/xml', 'x-speke-version': speke },
  request: {
    contentId: 'contentId',
    version,
    // Mandatory: what is not Common Encryption goes by the HLS method that encrypts whole files.
    scheme: (scheme) => (/^c(enc|ens|bc1|bcs)$/.test(scheme) ? scheme : 'AES-128'),
    mp4Elements: [empty('PSSH'), empty('ContentProtectionData')],
    hlsElements: [empty('HLSSignalingData', { playlist: 'media' }), empty('HLSSignalingData', { playlist })],
    usageRule,
  },
  reading: { contentProtection: 'xml', systemKeys: NCG_KEYS },
  sharesKey: false,
  errorIn: jsonError,
});

/** SPEKE 2.0, with CPIX 2.3. */
export const spekeV2: Dialect = speke('speke-v2', '2.0', '2.3', 'master');

/** SPEKE 2.1, with CPIX 2.4. */
export const spekeV21: Dialect = speke('speke-v2.1', '2.1', '2.4', 'multiVariant');
