import { BadRequest, type CpixRequest, type RequestedRule } from './cpix-request.ts';
import type { Answer, ReceivedRequest } from './serve.ts';
import { SINGLE_KEY_SYSTEMS, type SignallingStyle } from './signalling.ts';

/** How one kind of key server is asked and answers. */
export interface ServerDialect {
  readonly path: RegExp;
  readonly style: SignallingStyle;
  /** Key ids and IVs as PallyCon gives them. */
  readonly pallycon: boolean;
  /** The credential that the request carries. */
  token(request: ReceivedRequest): string | undefined;
  /** The content id that it asks for. @throws BadRequest where it is not in this dialect */
  contentId(cpix: CpixRequest, request: ReceivedRequest): string | undefined;
  readonly answerHeaders: Readonly<Record<string, string>>;
  refuse(status: number, words: string): Answer;
}

const inPath = ({ url }: ReceivedRequest): string => decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
const inHeaders = ({ headers, url }: ReceivedRequest): string | undefined =>
  headers['authorization']?.replace(/^Bearer /, '') ??
  headers['x-api-key'] ??
  url.searchParams.get('api_key') ??
  undefined;

/** PallyCon reports its errors as JSON, and with 200. */
const asJson = (_: number, message: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ code: '9001', message }),
});
const asText = (status: number, words: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body: words,
});

function require(condition: boolean, words: string): void {
  if (!condition) throw new BadRequest(words);
}

const pallycon = { pallycon: true, token: inPath, answerHeaders: {}, refuse: asJson } as const;

const TRACK_TYPES: readonly string[] = ['AUDIO', 'SD', 'HD', 'UHD1', 'UHD2'];

function pallyconContentId(
  { id, keys, systems, periods }: CpixRequest,
  { url }: ReceivedRequest,
): string | undefined {
  const rotates = url.searchParams.get('key-rotation') === 'true';
  require(rotates === periods.length > 0, 'key-rotation=true and a ContentKeyPeriod go together');
  require(periods.every(({ index }) => index > 0), 'the index of a ContentKeyPeriod is not above 0');
  const single = systems.some(({ systemId }) => SINGLE_KEY_SYSTEMS.includes(systemId));
  require(keys.length === 1 || !single, 'NCG and clear keys come one at a time');
  require(Buffer.byteLength(id ?? '') <= 200, 'the content id is too long');
  return id;
}

/** A filter for each part of a track type, which is unique; `ALL` has one of both, empty. */
function requireTrackTypes(rules: readonly RequestedRule[]): void {
  const types = rules.map(({ trackType }) => trackType ?? '');
  require(new Set(types).size === types.length, 'an intendedTrackType comes twice');
  for (const { trackType = '', filters } of rules) {
    const media = filters.filter(({ name }) => name === 'VideoFilter' || name === 'AudioFilter');
    const isAll = media.length === 2 && media.every(({ attributes }) => Object.keys(attributes).length === 0);
    const isFull = trackType === 'ALL' ? isAll : media.length === trackType.split('+').length;
    require(isFull, `the filters of ${trackType} do not fit its intendedTrackType`);
    for (const { name } of filters) require(FILTERS.includes(name), `${name} is not of SPEKE 2`);
  }
}

const FILTERS: readonly string[] = ['VideoFilter', 'AudioFilter', 'LabelFilter', 'KeyPeriodFilter'];

/** SPEKE 2.0, for CPIX 2.3, and 2.1, for CPIX 2.4. */
const spekeV2 = (speke: string, cpixVersion: string): ServerDialect => ({
  path: new RegExp(`^/speke/v${speke}/copyProtection$`),
  style: 'speke-v2',
  pallycon: false,
  token: inHeaders,
  contentId(cpix, { headers }) {
    const { id, contentId, version, keys, systems, rules } = cpix;
    require(headers['x-speke-version'] === speke, `X-Speke-Version is not ${speke}`);
    require(id === undefined && version === cpixVersion, `CPIX@id, or CPIX@version is not ${cpixVersion}`);
    require(systems.length > 0, 'no DRMSystem');
    for (const { kid, scheme } of keys) {
      require(scheme !== undefined, 'a ContentKey without commonEncryptionScheme');
      const own = rules.filter((rule) => rule.kid === kid);
      require(own.length > 0 && own.every(({ trackType }) => trackType), 'a key without intendedTrackType');
      require(own.every(({ filters }) => filters.length > 0), 'a usage rule without filters');
    }
    requireTrackTypes(rules);
    const master = cpixVersion === '2.4' ? 'HLSSignalingData:multiVariant' : 'HLSSignalingData:master';
    const known = [
      'PSSH',
      'ContentProtectionData',
      'HLSSignalingData:media',
      master,
      'SmoothStreamingProtectionHeaderData',
    ];
    for (const wanted of systems.flatMap(({ wants }) => wants)) {
      require(known.includes(wanted), `${wanted} is not of CPIX ${cpixVersion}`);
    }
    return contentId;
  },
  answerHeaders: { 'x-speke-version': speke, 'x-speke-user-agent': 'Sealpack test server' },
  refuse: asText,
});

export const SERVER_DIALECTS: readonly ServerDialect[] = [
  {
    ...pallycon,
    path: /^(\/v1)?\/cpix\/pallycon\/getKey\/[^/]+$/,
    style: 'pallycon-v1',
    contentId(cpix, request) {
      require(cpix.rules.length === 0, 'usage rules need v2');
      require(cpix.keys.length === 1, 'several keys need usage rules, and those v2');
      require(cpix.keys.every(({ scheme }) => scheme === undefined), 'commonEncryptionScheme needs v2');
      return pallyconContentId(cpix, request);
    },
  },
  {
    ...pallycon,
    path: /^\/v2\/cpix\/pallycon\/getKey\/[^/]+$/,
    style: 'pallycon-v2',
    contentId(cpix, request) {
      const types = cpix.rules.map(({ trackType }) => trackType ?? '');
      require(types.every((type) => TRACK_TYPES.includes(type)), `track types are ${TRACK_TYPES.join(', ')}`);
      require(new Set(types).size === types.length, 'a track type has two keys');
      return pallyconContentId(cpix, request);
    },
  },
  {
    path: /^\/(cpix\/getKey|speke\/v1\.0\/copyProtection)$/,
    style: 'speke-v1',
    pallycon: false,
    token: (request) => request.url.searchParams.get('enc-token') ?? inHeaders(request),
    contentId(cpix) {
      require(cpix.keys.every(({ scheme }) => scheme === undefined), 'commonEncryptionScheme needs v2');
      const filters = cpix.rules.flatMap((rule) => rule.filters);
      require(filters.every(({ name }) => name === 'KeyPeriodFilter'), 'usage rules are for periods alone');
      return cpix.id;
    },
    answerHeaders: { 'speke-user-agent': 'Sealpack test server' },
    refuse: asText,
  },
  spekeV2('2.0', '2.3'),
  spekeV2('2.1', '2.4'),
  {
    path: /^\/generic\/keys$/,
    style: 'speke-v2',
    pallycon: false,
    token: inHeaders,
    contentId: ({ id, contentId }, { url }) =>
      contentId ?? id ?? url.searchParams.get('content') ?? undefined,
    answerHeaders: {},
    refuse: asText,
  },
];
