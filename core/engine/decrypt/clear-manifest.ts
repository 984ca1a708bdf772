import type { ByteRange } from './clear-places.ts';

/** Key lines of playlists (RFC 8216, 4.3.2.4 and 4.3.4.5). */
const KEY_LINE = /^#EXT-X-(?:SESSION-)?KEY:/;

/** What variants ask of the output because of their protection (RFC 8216bis, 4.4.6.2). */
const DEMANDS = /,?(?:HDCP-LEVEL=[A-Z0-9-]+|ALLOWED-CPC="[^"]*")/g;

/** Where what a playlist names is in clear media; of what stays as it is nothing. */
export interface NewRanges {
  /** By the line of a URI, from 1. */
  readonly segments: ReadonlyMap<number, ByteRange>;
  /** That of EXT-X-MAP. */
  readonly init?: ByteRange | undefined;
}

const SAME: NewRanges = { segments: new Map() };

/** A playlist of clear media: without key lines, and without what variants demand for theirs. All else but ranges is as it was. */
export const clearPlaylist = (text: string, ranges = SAME): string =>
  withRanges(text.split(/(?<=\n)/), ranges)
    .filter((line) => !KEY_LINE.test(line))
    .map((line) => (/^#EXT-X-(?:I-FRAME-)?STREAM-INF:/.test(line) ? line.replace(DEMANDS, '') : line))
    .map((line) => line.replace(/^(#EXT-X-[A-Z-]+:),/, '$1'))
    .join('');

/** EXT-X-BYTERANGE stands somewhere before the URI that it is of (RFC 8216, 4.3.2.2), BYTERANGE in EXT-X-MAP. */
function withRanges(lines: readonly string[], { segments, init }: NewRanges): string[] {
  const changed = [...lines];
  let said: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('#EXT-X-BYTERANGE:')) said = index;
    if (init && line.startsWith('#EXT-X-MAP:'))
      changed[index] = line.replace(/BYTERANGE="[^"]*"/, `BYTERANGE="${written(init)}"`);
    if (line.startsWith('#') || line.trim() === '') continue;
    const range = segments.get(index + 1);
    if (range && said !== undefined) changed[said] = lines[said]!.replace(/:[^\r\n]*/, `:${written(range)}`);
    said = undefined;
  }
  return changed;
}

const written = ({ offset, length }: ByteRange): string => `${length}@${offset}`;

/** Comments, CDATA, instructions, declarations and tags; `>` within quotation marks ends no tag (XML 1.0, 2.4 to 3.1). */
const MARKUP =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<![^>]*>|<\/?([^\s/>"']+)(?:"[^"]*"|'[^']*'|[^"'>])*>/g;

/** An MPD of clear media: without ContentProtection (ISO/IEC 23009-1, 5.8.4.1) and what is in it. All else is as it was. */
export function clearMpd(text: string): string {
  const kept: string[] = [];
  let from = 0;
  let depth = 0;
  for (const { 0: tag, 1: name = '', index } of text.matchAll(MARKUP)) {
    if (name.replace(/^.*:/, '') !== 'ContentProtection') continue;
    const isEnd = tag.startsWith('</');
    if (!isEnd && depth === 0) kept.push(withoutIndent(text.slice(from, index)));
    if (isEnd) depth -= 1;
    else if (!tag.endsWith('/>')) depth += 1;
    if (depth === 0) from = index + tag.length;
  }
  kept.push(text.slice(from));
  return kept.join('').replace(/^(\uFEFF?<\?xml[^>]*encoding\s*=\s*["'])utf-16[a-z]*/i, '$1utf-8');
}

/** An element on a line of its own goes with the line. */
const withoutIndent = (text: string): string => text.replace(/\n[ \t]*$/, '');
