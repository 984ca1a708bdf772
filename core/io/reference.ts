import { basename, join } from 'node:path';
import { percentDecoded } from '../base/percent-decoded.ts';
import { isLiteral, SIGNED_QUERY } from '../base/url-secrets.ts';

/** One letter before the colon is a drive of Windows. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;
/** With these a colon alone makes a URL; with any others it may be part of a file's name, unless `//` follows. */
const SCHEMES = new Set(
  'http https s3 gs gcs az abfs abfss wasb ftp ftps sftp scp smb nfs hdfs rtmp rtmps rtsp rtp srt udp hls data blob'.split(
    ' ',
  ),
);

/**
 * The scheme of a reference, in lower case: `https` of `https://…`, `acme` of `acme://bucket/key`. `undefined` for what is on
 * this machine: paths, those of Windows and names with a colon too, and `file:` URLs.
 */
export function schemeOf(reference: string): string | undefined {
  const scheme = SCHEME.exec(reference)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'file') return undefined;
  return SCHEMES.has(scheme) || reference.startsWith('//', scheme.length + 1) ? scheme : undefined;
}

interface Parts {
  readonly scheme: string;
  /** `//`, or nothing. */
  readonly slashes: string;
  /** What stands before the `@` of the host: user name and password. */
  readonly user: string | undefined;
  readonly host: string;
  readonly path: string;
  /** Without their marks. */
  readonly query: string | undefined;
  readonly fragment: string | undefined;
}

const PARTS = /^([^:]+):(?:(\/\/)(?:([^/?#]*)@)?([^/?#@]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
/** The same where what stands behind the host is a key. */
const LITERAL_PARTS = /^([^:]+):(?:(\/\/)(?:([^/]*)@)?([^/@]*))?(.*)$/s;
/** What may stand for a host: a name or an address, with a port. */
const HOST = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/;

/** Not by `URL`, which knows hosts of a few schemes alone and refuses what a store may allow. */
function partsOf(reference: string): Parts | undefined {
  const found = schemeOf(reference);
  if (found === undefined) return undefined;
  const [, scheme = '', slashes = '', user, host = '', whole = '', ...marked] =
    (isLiteral(found) ? LITERAL_PARTS : PARTS).exec(reference) ?? [];
  const signed = isLiteral(found) ? SIGNED_QUERY.exec(whole) : undefined;
  const path = whole.slice(0, signed?.index);
  const [query = signed?.[0].slice(1), fragment] = marked;
  if (HOST.test(host)) return { scheme, slashes, user, host, path, query, fragment };
  // A password with a slash in it ends what looks like the host: all up to the last @ is its.
  const rest = reference.slice(scheme.length + slashes.length + 1);
  const at = rest.lastIndexOf('@');
  const [behind = '', ...more] = rest.slice(at + 1).split(/[?#]/);
  return {
    scheme,
    slashes,
    user: at < 0 ? host : rest.slice(0, at),
    host: '',
    path: behind,
    query: more.length > 0 ? more.join('?') : undefined,
    fragment: undefined,
  };
}

/**
 * A path as it is; a reference without what may be secret of it: user name, password, query, fragment, the content of `data:`.
 * This alone is what messages, events, reports and plans show.
 */
export function shownReference(reference: string): string {
  const parts = partsOf(reference);
  if (!parts) return reference;
  const { scheme, slashes, user, host, path, query, fragment } = parts;
  if (/^(data|blob)$/i.test(scheme)) return `${scheme}:…`;
  return [
    `${scheme}:${slashes}`,
    user === undefined ? '' : '…@',
    host,
    path,
    query === undefined ? '' : '?…',
    fragment === undefined ? '' : '#…',
  ].join('');
}

/** Shorter ones would cut holes into ordinary words, and protect nothing. */
const SHORTEST_SECRET = 4;
const SHORTEST_VALUE = 8;

/** What of a reference nobody may see, in every spelling, the longest first. */
export function secretsOf(reference: string): string[] {
  const parts = partsOf(reference);
  if (!parts) return [];
  const { scheme, user = '', path, query = '', fragment = '' } = parts;
  const values = query
    .split('&')
    .map((pair) => pair.slice(pair.indexOf('=') + 1))
    .filter(({ length }) => length >= SHORTEST_VALUE);
  const content = /^(data|blob)$/i.test(scheme) ? path : '';
  const found = [user, user.slice(user.indexOf(':') + 1), query, ...values, fragment, content];
  const spelled = found.flatMap((secret) => [
    secret,
    percentDecoded(secret),
    encodeURIComponent(percentDecoded(secret)),
  ]);
  return [...new Set(spelled)]
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length);
}

/** A text of somebody's, who was given the reference, without what nobody may see of it. */
export function withoutSecretsOf(reference: string, text: string): string {
  const whole = text.replaceAll(reference, shownReference(reference));
  return secretsOf(reference).reduce((rest, secret) => rest.replaceAll(secret, '…'), whole);
}

/** The last name in a path or a reference, without its query: `film.mp4`. Of a key nothing is decoded. */
export function nameOfReference(reference: string): string {
  const parts = partsOf(reference);
  if (!parts) return basename(reference);
  const last = parts.path.split('/').findLast((name) => name !== '') ?? 'input';
  const name = isLiteral(parts.scheme) ? last : percentDecoded(last);
  // A name stays one: what is decoded to a folder or to a line break is left as it was.
  return /[/\\\p{Cc}]/u.test(name) ? last : name;
}

/** What a name in an output folder is: a path, or a reference, whose query stays behind it. */
export function within(location: string, path: string): string {
  const parts = partsOf(location);
  if (!parts) return join(location, path);
  const [base = '', tail = ''] = split(location, parts);
  return `${base.replace(/\/+$/, '')}/${path}${tail}`;
}

/** Before the query, and from there on. */
function split(reference: string, { query, fragment }: Parts): [string, string] {
  const marks =
    (query === undefined ? 0 : query.length + 1) + (fragment === undefined ? 0 : fragment.length + 1);
  const end = reference.length - marks;
  return [reference.slice(0, end), reference.slice(end)];
}

/** A reference so that two which name one thing are equal, whoever may read it: without credentials and query. */
export function canonicalReference(reference: string): string {
  const parts = partsOf(reference);
  if (!parts) return reference;
  const { scheme, slashes, host, path } = parts;
  return `${scheme}:${slashes}${host}`.toLowerCase() + path.replace(/\/+$/, '');
}
