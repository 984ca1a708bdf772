import { oneLine } from '../base/printable.ts';
import type { TextDocument } from './cue.ts';
import { cueLosses } from './ttml/cue-losses.ts';

/** What text is written as, as notices call it: WebVTT in files of its own and in MP4 (`wvtt`) says the same. */
export type TextTarget = 'WebVTT' | 'TTML';

/** So many things are named. */
const NAMED = 8;
const LONGEST_NAME = 100;

/** What a document has, and has no more when it is written so: a sentence that does not name the file. `undefined`: nothing. */
export function lossNotice(doc: TextDocument, target: TextTarget): string | undefined {
  const lost = new Set(lossesOf(doc, target).map((what) => oneLine(what, LONGEST_NAME)));
  if (lost.size === 0) return undefined;
  const more = lost.size > NAMED ? ` and ${lost.size - NAMED} more` : '';
  return `Written as ${target} it loses: ${[...lost].slice(0, NAMED).join(', ')}${more}.`;
}

function lossesOf(doc: TextDocument, target: TextTarget): readonly string[] {
  const { lost = [] } = doc;
  if (target === 'WebVTT') return lost;
  // A TTML source stays what it is; anything else is cues first.
  return doc.ttml === undefined ? [...lost, ...cueLosses(doc)] : doc.ttml.lost;
}
