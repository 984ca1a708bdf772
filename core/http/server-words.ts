import { withoutKeys } from '../base/key-like.ts';
import { percentDecoded } from '../base/percent-decoded.ts';
import { withoutTags } from './without-tags.ts';

const LONGEST = 300;
/** Bytes of an answer that are looked at: a sentence stands in the first of them, and nobody waits for the rest. */
const MOST_BYTES = 64 * 1024;
/** Shorter values would cut holes into ordinary words, and protect nothing. */
const SHORTEST_SECRET = 4;
const PUBLIC_HEADERS = new Set(['accept', 'content-type', 'user-agent', 'x-speke-version']);

/**
 * What a server says in an error, fit for a message: one line of plain text, at most 300 characters, without secrets
 * in any usual spelling: servers like to repeat what they were asked. What looks like a key goes too: a server that
 * quotes one that it has not given us yet leaves nothing to compare it with.
 *
 * @param known What looks like a key and is none: the key ids that the server was asked with.
 */
export function serverWords(
  body: string | Uint8Array,
  secrets: readonly string[] = [],
  known: readonly string[] = [],
): string {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const text = new TextDecoder().decode(bytes.subarray(0, MOST_BYTES));
  const redacted = redact(errorsOf(text) ?? unescaped(withoutTags(text)), secrets);
  // A secret that the cut went through is not known by its first half.
  const whole =
    bytes.length > MOST_BYTES
      ? redacted.slice(0, Math.max(0, redacted.length - longestSpelling(secrets)))
      : redacted;
  const line = withoutKeys(whole, { known })
    // Control characters would move the cursor of a terminal.
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** The sentences of `{ "errors": ["…"] }`, as services write it that speak JSON alone. */
function errorsOf(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    if (!Array.isArray(errors) || !errors.every((word) => typeof word === 'string')) return undefined;
    return errors.join('; ');
  } catch {
    return undefined;
  }
}

/** What of a request is nobody's business: its path, its query, its headers. */
export function secretsOf(url: URL, headers: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(headers)
    .filter(([name]) => !PUBLIC_HEADERS.has(name.toLowerCase()))
    // `Bearer <token>`: the token alone, too.
    .flatMap(([, value]) => [value, ...value.split(' ').slice(1)]);
  return [
    url.pathname + url.search,
    url.search.slice(1),
    ...[...url.searchParams.values(), ...url.pathname.split('/')].filter(({ length }) => length >= 8),
    ...values,
  ];
}

/** As they may stand in a text, the longest first. */
function allSpellings(secrets: readonly string[]): string[] {
  const spellings = new Set(secrets.flatMap(spellingsOf).filter(({ length }) => length >= SHORTEST_SECRET));
  return [...spellings].sort((a, b) => b.length - a.length);
}

const longestSpelling = (secrets: readonly string[]): number => allSpellings(secrets)[0]?.length ?? 0;

function redact(text: string, secrets: readonly string[]): string {
  const longestFirst = allSpellings(secrets);
  if (longestFirst.length === 0) return text;
  return text.replace(new RegExp(longestFirst.map(escapeForPattern).join('|'), 'gi'), '[…]');
}

function spellingsOf(secret: string): string[] {
  const raw = [secret, percentDecoded(secret)];
  const bytes = raw.map((text) => Buffer.from(text));
  if (/^[\w+/-]{16,}={0,2}$/.test(secret)) bytes.push(Buffer.from(secret, 'base64'));
  if (/^([\da-f]{2}){8,}$/i.test(secret)) bytes.push(Buffer.from(secret, 'hex'));
  return [
    ...raw,
    ...raw.map(encodeURIComponent),
    ...raw.map((text) => JSON.stringify(text).slice(1, -1)),
    ...raw.map((text) => text.replaceAll('/', '\\/')),
    ...bytes.flatMap((value) => [
      value.toString(),
      value.toString('base64'),
      value.toString('base64url'),
      value.toString('hex'),
    ]),
  ];
}

const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const;

const unescaped = (text: string): string =>
  text
    .replace(/&#x([\da-f]{1,5});/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d{1,6});/g, (_, decimal: string) => String.fromCodePoint(Number(decimal)))
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: keyof typeof NAMED) => NAMED[name]);

const escapeForPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
