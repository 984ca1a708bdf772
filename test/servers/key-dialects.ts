import { BadRequest, type CpixRequest } from './cpix-request.ts';
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

function pallyconContentId({ id, keys, systems }: CpixRequest): string | undefined {
  const single = systems.some(({ systemId }) => SINGLE_KEY_SYSTEMS.includes(systemId));
  require(keys.length === 1 || !single, 'NCG and clear keys come one at a time');
  require(Buffer.byteLength(id ?? '') <= 200, 'the content id is too long');
  return id;
}

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
    contentId(cpix) {
      require(cpix.rules.length === 0, 'usage rules need v2');
      require(cpix.keys.every(({ scheme }) => scheme === undefined), 'commonEncryptionScheme needs v2');
      return pallyconContentId(cpix);
    },
  },
  {
    ...pallycon,
    path: /^\/v2\/cpix\/pallycon\/getKey\/[^/]+$/,
    style: 'pallycon-v2',
    contentId(cpix) {
      require(cpix.rules.every(({ trackType }) => trackType), 'a usage rule without intendedTrackType');
      return pallyconContentId(cpix);
    },
  },
  {
    path: /^\/(cpix\/getKey|speke\/v1\.0\/copyProtection)$/,
    style: 'speke-v1',
    pallycon: false,
    token: (request) => request.url.searchParams.get('enc-token') ?? inHeaders(request),
    contentId(cpix) {
      require(cpix.keys.every(({ scheme }) => scheme === undefined), 'commonEncryptionScheme needs v2');
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
