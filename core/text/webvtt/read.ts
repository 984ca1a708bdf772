import { fail } from '../../base/errors.ts';
import { parseTimes } from '../clock-times.ts';
import type { Cue, TextDocument } from '../cue.ts';
import { CueList, checkCrowd } from '../cue-list.ts';
import { documentLanguage } from '../document-language.ts';
import { moveInnerTimes } from '../move-document.ts';
import { cleanSettings, refusedNotice, regionId } from './settings.ts';
import { mapDistance, timestampMap } from './timestamp-map.ts';

const HEADER = /^\uFEFF?WEBVTT(?:[ \t]|$)/;

/** Whether a text is WebVTT: its first line that is not empty says so. */
export const isWebvtt = (text: string): boolean => /^[\uFEFF\s]*WEBVTT(?:[ \t\r\n]|$)/.test(text);

/**
 * Read WebVTT as browsers do (W3C WebVTT, 6.1), and beyond that: commas in times, words of drafts, segments of HLS one after
 * another in a file, where cues that span several are kept once.
 */
export function readWebvtt(text: string, name: string): TextDocument {
  if (!isWebvtt(text)) {
    throw fail.badText(
      name,
      'its first line is not WEBVTT (line 1)',
      'A WebVTT file begins with the word WEBVTT in a line of its own.',
    );
  }
  return new Reader(text, name).document();
}

class Reader {
  readonly #name: string;
  readonly #lines: readonly string[];
  readonly #list = new CueList();
  readonly #styles = new Set<string>();
  readonly #regions: string[] = [];
  readonly #regionIds = new Set<string>();
  readonly #refusedSettings = new Set<string>();
  readonly #seen = new Set<string>();
  #at = 0;
  #headers = 0;
  #copies = 0;
  #lateStyles = 0;
  #firstMap: number | undefined;
  /** Milliseconds to add to the times of the segment that is read. */
  #shift = 0;
  #language: string | undefined;

  constructor(text: string, name: string) {
    this.#name = name;
    this.#lines = text.replaceAll('\0', '\uFFFD').replace(/\r\n?/g, '\n').split('\n');
  }

  document(): TextDocument {
    while (this.#at < this.#lines.length) {
      if (this.#lines[this.#at]!.replace('\uFEFF', '') === '') this.#at++;
      else if (HEADER.test(this.#lines[this.#at]!)) this.#header();
      else this.#block();
    }
    const cues = this.#list.cues();
    checkCrowd(cues, this.#name);
    return {
      format: 'webvtt',
      cues,
      styles: [...this.#styles],
      regions: this.#regions,
      ...(this.#language !== undefined && { language: this.#language }),
      notices: this.#notices(),
    };
  }

  /** From the word WEBVTT up to an empty line or a cue. */
  #header(): void {
    this.#headers++;
    for (this.#at++; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at]!;
      if (line === '' || line.includes('-->')) return;
      const map = timestampMap(line);
      if (map !== undefined) {
        this.#firstMap ??= map;
        this.#shift = mapDistance(this.#firstMap, map);
      }
      const [, language] = /^Language:[ \t]*(\S+)/i.exec(line) ?? [];
      if (language !== undefined) this.#language ??= documentLanguage(language);
    }
  }

  /** Lines up to an empty one, or to the times of the next cue where that is missing. */
  #block(): void {
    const first = this.#at;
    let times: number | undefined;
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at]!;
      if (line === '' || this.#isJoint()) break;
      if (!line.includes('-->')) continue;
      if (times !== undefined || this.#at > first + 1) break;
      times = this.#at;
    }
    const id = times === undefined || times === first ? undefined : this.#lines[first]!;
    // A number at the end of a text may be that of the next cue.
    const isTorn = this.#lines[this.#at]?.includes('-->') === true;
    if (isTorn && id !== undefined && isNextNumber(id, this.#lines[this.#at - 1]!)) this.#at--;
    if (times === undefined) this.#plainBlock(this.#lines.slice(first, this.#at));
    else this.#cue(id, times, this.#lines.slice(times + 1, this.#at).join('\n'));
  }

  /** Whether the next segment of joined ones begins here, without an empty line before. */
  #isJoint(): boolean {
    if (!HEADER.test(this.#lines[this.#at]!)) return false;
    return (
      this.#lines[this.#at]!.startsWith('\uFEFF') ||
      this.#lines[this.#at + 1]?.startsWith('X-TIMESTAMP-MAP=') === true
    );
  }

  /** A block without times: a comment, or a part of the header. */
  #plainBlock([kind = '', ...lines]: readonly string[]): void {
    const text = lines.join('\n');
    if (!/^(?:STYLE|REGION)[ \t]*$/.test(kind) || text.trim() === '') return;
    // Players take neither into account once cues have begun (W3C WebVTT, 6.1); in joined segments they are repeated.
    if (this.#list.size > 0 && this.#headers < 2) this.#lateStyles++;
    else if (kind.startsWith('STYLE')) this.#styles.add(text);
    else this.#region(text);
  }

  #region(text: string): void {
    const id = regionId(text);
    if (id === undefined || this.#regionIds.has(id)) return;
    this.#regionIds.add(id);
    this.#regions.push(text);
  }

  #cue(id: string | undefined, line: number, payload: string): void {
    const place = `line ${line + 1}`;
    const times = parseTimes(this.#lines[line]!);
    if (times === undefined) {
      this.#list.leaveOut('untimed', place);
      return;
    }
    const settings = cleanSettings(times.rest, this.#regionIds, (word) => this.#refusedSettings.add(word));
    const cue: Cue = {
      start: times.start + this.#shift,
      end: times.end + this.#shift,
      ...(id !== undefined && { id }),
      ...(settings !== undefined && { settings }),
      payload: this.#shift === 0 ? payload : moveInnerTimes(payload, this.#shift),
    };
    if (this.#isCopy(cue)) this.#copies++;
    else this.#list.add({ ...cue, place });
  }

  /** Whether a cue stood in a segment before this one already. */
  #isCopy({ start, end, id, settings, payload }: Cue): boolean {
    const key = JSON.stringify([start, end, id, settings, payload]);
    if (this.#headers > 1 && this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  #notices(): string[] {
    const notices = this.#list.notices();
    if (this.#firstMap !== undefined) {
      notices.push('It was cut for HLS (X-TIMESTAMP-MAP): its times are taken as times of the title.');
    }
    if (this.#copies > 0) notices.push(`${this.#copies} cues that span joined segments are kept once.`);
    if (this.#lateStyles > 0) {
      notices.push('STYLE and REGION blocks after the first cue are left out, as players do.');
    }
    return [...notices, ...refusedNotice(this.#refusedSettings)];
  }
}

const isNextNumber = (id: string, line: string): boolean =>
  /^\d{1,9}$/.test(id) && line === String(Number(id) + 1);
