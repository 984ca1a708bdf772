import type { FaultList } from '../files/fault-list.ts';
import type { ListedTag } from '../model/listed-package.ts';
import { readAttributes, type SyntaxFault } from './attribute-list.ts';
import { Variables } from './variables.ts';

/** A line of a playlist that says something: a tag, or a URI. */
export type PlaylistLine =
  | ListedTag
  | { readonly name: 'URI'; readonly line: number; readonly value: string };

const WITHOUT_ATTRIBUTES = new Set(
  (
    'EXTM3U EXTINF EXT-X-VERSION EXT-X-BYTERANGE EXT-X-DISCONTINUITY EXT-X-TARGETDURATION EXT-X-MEDIA-SEQUENCE ' +
    'EXT-X-DISCONTINUITY-SEQUENCE EXT-X-PROGRAM-DATE-TIME EXT-X-ENDLIST EXT-X-PLAYLIST-TYPE EXT-X-I-FRAMES-ONLY ' +
    'EXT-X-IMAGES-ONLY EXT-X-INDEPENDENT-SEGMENTS EXT-X-GAP EXT-X-BITRATE EXT-X-ALLOW-CACHE'
  ).split(' '),
);
/** Tags that are known to have an attribute list; of others nobody knows what they hold. */
const WITH_ATTRIBUTES =
  /^EXT-X-(?:KEY|SESSION-KEY|MAP|MEDIA|STREAM-INF|I-FRAME-STREAM-INF|IMAGE-STREAM-INF|SESSION-DATA|DATERANGE|DEFINE|START|TILES|SERVER-CONTROL|PART|PART-INF|PRELOAD-HINT|RENDITION-REPORT|SKIP|CONTENT-STEERING)$/;
const NONE: ReadonlyMap<string, string> = new Map();

/**
 * The lines of a playlist, tags with their attributes and with variables replaced. What a playlist may not look like is told
 * (RFC 8216bis, 4.1).
 */
export class PlaylistLines {
  readonly path: string;
  readonly variables: Variables;
  readonly #text: string;
  readonly #faults: FaultList;

  /** @param imported variables of the multivariant playlist */
  constructor(path: string, text: string, faults: FaultList, imported?: Variables) {
    this.path = path;
    this.variables = new Variables(imported);
    this.#text = text;
    this.#faults = faults;
  }

  /** What to call with a rule and the end of a sentence: `EXT-X-MAP in line 3 of a.m3u8 has no URI.` */
  faultAt(line: number, subject: string): SyntaxFault {
    return (rule, what) =>
      this.#faults.add(this.path, line, rule, `${subject} in line ${line} of ${this.path} ${what}.`);
  }

  *[Symbol.iterator](): Generator<PlaylistLine> {
    const text = this.#text;
    this.#checkText();
    let line = 0;
    let isFirst = true;
    for (let at = 0; at <= text.length; ) {
      const feed = text.indexOf('\n', at);
      const end = feed < 0 ? text.length : feed;
      line += 1;
      const content = text.slice(at, end).replace(/^\uFEFF|\r$/g, '');
      at = end + 1;
      if (isFirst) {
        isFirst = false;
        if (content !== '#EXTM3U') {
          this.#faults.add(this.path, 1, 'EXTM3U_MISSING', `${this.path} does not begin with #EXTM3U.`);
        }
      }
      if (content.startsWith('#EXT')) yield this.#tag(content.slice(1), line);
      else if (!content.startsWith('#') && content.trim() !== '') yield this.#uri(content, line);
    }
  }

  #tag(content: string, line: number): PlaylistLine {
    const colon = content.indexOf(':');
    const name = (colon < 0 ? content : content.slice(0, colon)).trimEnd();
    const value = colon < 0 ? '' : content.slice(colon + 1).trim();
    if (WITHOUT_ATTRIBUTES.has(name) || !WITH_ATTRIBUTES.test(name)) {
      return { name, line, value, attributes: NONE };
    }
    const fault = this.faultAt(line, name);
    const attributes = readAttributes(value, fault);
    if (value.includes('{$')) {
      for (const [key, text] of attributes) attributes.set(key, this.variables.replaced(text, fault));
    }
    if (name === 'EXT-X-DEFINE') this.variables.define(attributes, fault);
    return { name, line, value, attributes };
  }

  #uri(content: string, line: number): PlaylistLine {
    const value = content.trim();
    const fault = this.faultAt(line, 'The URI');
    if (value !== content) fault('URI_WHITE_SPACE', 'has white space around it');
    return { name: 'URI', line, value: this.variables.replaced(value, fault) };
  }

  #checkText(): void {
    const told: readonly [RegExp, string, string][] = [
      [/^\uFEFF/, 'BYTE_ORDER_MARK', 'begins with a byte order mark'],
      [/\uFFFD/, 'NOT_UTF8', 'is not UTF-8'],
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may not be there
      [/[\0-\x08\x0B\x0C\x0E-\x1F\x7F]/, 'CONTROL_CHARACTER', 'has a control character in it'],
    ];
    for (const [pattern, rule, what] of told) {
      const at = this.#text.search(pattern);
      if (at < 0) continue;
      const line = this.#text.slice(0, at).split('\n').length;
      this.#faults.add(this.path, line, rule, `${this.path} ${what} (line ${line}).`);
    }
  }
}
