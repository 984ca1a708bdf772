import { type Box, box, u16, u32, zeros } from '../../base/box.ts';
import { concat } from '../../base/bytes.ts';
import { formatTime } from '../clock-times.ts';
import type { Cue, TextDocument } from '../cue.ts';
import { overlapping } from '../overlapping.ts';
import { headerBlocks } from '../webvtt/write.ts';

/** A sample of a text track. */
export interface TextSample {
  /** In milliseconds. */
  readonly duration: number;
  readonly data: Uint8Array;
}

/** `wvtt` (ISO/IEC 14496-30, 5.5): the file's header with its styles and regions. */
export function wvttSampleEntry(doc: TextDocument): Box {
  const header = ['WEBVTT\n', ...headerBlocks(doc)].join('\n').trimEnd();
  return box('wvtt', zeros(6), u16(1), box('vttC', utf8(header)));
}

/**
 * The samples of [from, to), without gaps: a new one wherever a cue comes or goes, with all that are shown in it
 * (ISO/IEC 14496-30, 5.4).
 */
export function wvttSamples(doc: TextDocument, from: number, to: number): TextSample[] {
  const shown = overlapping(doc.cues, from, to);
  const cuts = new Set([from, to]);
  for (const { cue } of shown) {
    cuts.add(Math.max(from, cue.start));
    cuts.add(Math.min(to, cue.end));
  }
  const times = [...cuts].sort((a, b) => a - b);
  const samples: TextSample[] = [];
  let active: typeof shown = [];
  let next = 0;
  for (let cut = 0; cut + 1 < times.length; cut++) {
    const [start, end] = [times[cut]!, times[cut + 1]!];
    active = active.filter(({ cue }) => cue.end > start);
    while (next < shown.length && shown[next]!.cue.start <= start) active.push(shown[next++]!);
    const boxes = active.map(({ cue, index }) => cueBox(cue, index, start, end));
    samples.push({ duration: end - start, data: boxes.length === 0 ? box('vtte') : concat(boxes) });
  }
  return samples;
}

/** `<00:01.000>` within a text, from which on what follows is shown. */
const INNER_TIME = /<\d+:\d\d[:.]/;

/** `vttc` (ISO/IEC 14496-30, 5.4.2). @param index of the cue in its document */
function cueBox(cue: Cue, index: number, start: number, end: number): Box {
  const isWhole = cue.start === start && cue.end === end;
  const parts: Box[] = [];
  // The pieces of a cue, in this segment and in others, have one number, so that players show it once.
  if (!isWhole) parts.push(box('vsid', u32(index)));
  if (cue.id !== undefined) parts.push(box('iden', utf8(cue.id)));
  // Times within the text count from the document's start: where those of the sample are.
  if (!isWhole && INNER_TIME.test(cue.payload)) parts.push(box('ctim', utf8(formatTime(start))));
  if (cue.settings !== undefined) parts.push(box('sttg', utf8(cue.settings)));
  parts.push(box('payl', utf8(cue.payload)));
  return box('vttc', parts);
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
