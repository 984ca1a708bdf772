import { BadRequest, type CpixRequest, type RequestedRule, readCpixRequest } from './cpix-request.ts';
import { cpixAnswer } from './key-answer.ts';
import { SERVER_DIALECTS, type ServerDialect } from './key-dialects.ts';
import type { KeyFault } from './key-faults.ts';
import { type IssuedKey, issueKey } from './key-store.ts';
import { type Answer, type ReceivedRequest, type ServerOptions, serve, type TestServer } from './serve.ts';

export interface KeyServerOptions extends ServerOptions<KeyFault> {
  /** @default TEST_TOKEN */
  readonly token?: string;
  /** Answer with key ids of its own, the same for a content and label. @default true for the PallyCon paths */
  readonly replaceKids?: boolean;
  /** Children of `DRMSystem` to leave empty, e.g. `['PSSH', 'ContentProtectionData']`. */
  readonly leaveEmpty?: readonly string[];
  /** How the NCG CEK is written. @default 'hex' */
  readonly cekForm?: 'hex' | 'base64';
}

export interface KeyServer extends TestServer {
  readonly token: string;
  /** All keys handed out so far. */
  readonly issued: readonly IssuedKey[];
}

/** An enc-token as PallyCon's console shows them, with each of the characters that a path must escape. */
export const TEST_TOKEN = Buffer.from(
  JSON.stringify({ site_id: 'DEMO', access_key: '?4k>Tq?Lm>2R?vYb9s' }),
).toString('base64');

/**
 * A CPIX key server. The path chooses the dialect: `/v1/cpix/pallycon/getKey/{token}` (or without `/v1`), `/v2/…`,
 * `/cpix/getKey?enc-token={token}` and `/speke/v1.0/copyProtection` (SPEKE 1), `/speke/v2.0/copyProtection`,
 * `/speke/v2.1/copyProtection`, `/generic/keys`. SPEKE and generic take the token as `Authorization` (bare or
 * `Bearer`), `X-Api-Key` or `?api_key=`. Requests that are not in the dialect are refused, as real servers do.
 */
export async function startKeyServer(options: KeyServerOptions = {}): Promise<KeyServer> {
  const { token = TEST_TOKEN, ...settings } = options;
  const issued: IssuedKey[] = [];
  const server = await serve<KeyFault>(options, (request, fault) => {
    const dialect = SERVER_DIALECTS.find(({ path }) => path.test(request.url.pathname));
    if (!dialect || request.method !== 'POST') return { status: 404, body: 'Nothing is here.' };
    if (dialect.token(request) !== token) return dialect.refuse(403, 'The token is not valid.');
    if (fault === 'json-error') return jsonError(token);
    try {
      const cpix = readCpixRequest(request.body);
      const contentId = dialect.contentId(cpix, request);
      if (!contentId) throw new BadRequest('no content id');
      if (cpix.keys.length === 0) throw new BadRequest('no ContentKey');
      const keys = issueKeys(cpix, contentId, dialect, settings, fault);
      issued.push(...keys.values());
      return answer(
        cpixAnswer({
          request: cpix,
          contentId,
          style: dialect.style,
          keys,
          leaveEmpty: settings.leaveEmpty ?? [],
          cekForm: settings.cekForm ?? 'hex',
          fault,
        }),
        dialect,
        fault,
      );
    } catch (error) {
      if (error instanceof BadRequest) return dialect.refuse(422, `Bad request: ${error.message}.`);
      throw error;
    }
  });
  return { ...server, token, issued };
}

/** One key for each `ContentKey` of the request, by its key id there. */
function issueKeys(
  cpix: CpixRequest,
  contentId: string,
  dialect: ServerDialect,
  { replaceKids = dialect.pallycon }: KeyServerOptions,
  fault: KeyFault | undefined,
): Map<string, IssuedKey> {
  return new Map(
    cpix.keys.map(({ kid }, index) => {
      const rule = cpix.rules.find((candidate) => candidate.kid === kid);
      const label = rule?.trackType ?? (index === 0 ? 'ALL' : `ALL-${index}`);
      const place = { label, period: fault === 'same-key' ? 0 : periodOf(cpix, rule) };
      const own = replaceKids || fault === 'same-key' ? undefined : kid;
      return [kid, issueKey(contentId, place, own, dialect.pallycon)];
    }),
  );
}

/** By the filter of the rule; where there are no rules, the only one of the request. */
function periodOf({ periods }: CpixRequest, rule: RequestedRule | undefined): number {
  const filters = rule?.filters.filter(({ name }) => name === 'KeyPeriodFilter') ?? [];
  if (periods.length === 0 && filters.length === 0) return 0;
  const named = rule
    ? periods.filter(({ id }) => filters.some(({ attributes }) => attributes['periodId'] === id))
    : periods;
  if (named.length !== 1) throw new BadRequest('a key that is not for one ContentKeyPeriod');
  return named[0]!.index;
}

function answer(document: string, dialect: ServerDialect, fault: KeyFault | undefined): Answer {
  const body =
    fault === 'truncated-xml' ? document.slice(0, document.lastIndexOf('</pskc:Secret>')) : document;
  return { status: 200, headers: { 'content-type': 'application/xml', ...dialect.answerHeaders }, body };
}

const jsonError = (token: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ code: '1003', message: `The site may not use this service. (${token})` }),
});

export type { ReceivedRequest };
