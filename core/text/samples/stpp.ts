import { PackagerError } from '../../base/errors.ts';
import type { TextDocument } from '../cue.ts';
import { decodeText } from '../decode-text.ts';
import { moveDocument } from '../move-document.ts';
import type { Span } from '../overlapping.ts';
import type { TtmlDocument } from '../ttml/document.ts';
import { readTtml } from '../ttml/read.ts';
import { withoutAnimations } from '../ttml/still-paragraph.ts';
import { PieceJoiner, SampleReader, type StoredTextSample } from './stored-sample.ts';

/**
 * The document that samples of `stpp` hold, one of TTML each whose times are those of the track, and which is shown as long as its
 * sample (ISO/IEC 14496-30, 6). A single one stays what it is; of several the cues are joined.
 * @throws PackagerError when none of them can be read
 */
export function cuesOfStpp(samples: readonly StoredTextSample[], name: string): TextDocument {
  const joiner = new PieceJoiner();
  const styles = new Set<string>();
  const notices = new Set<string>();
  const lost = new Set<string>();
  let language: string | undefined;
  let only: TtmlDocument | undefined;
  let failure: PackagerError | undefined;
  let isRead = false;
  let hasCues = false;
  const reader = new SampleReader();
  for (const sample of samples) {
    const { start, data, moved = 0 } = sample;
    if (data.length === 0) continue;
    const doc = documentOf(data, name, start, moved);
    if (PackagerError.is(doc)) {
      failure ??= doc;
      reader.leaveOut(start);
      continue;
    }
    isRead = true;
    only = samples.length === 1 && doc.ttml ? shownIn(doc.ttml, sample) : undefined;
    language ??= doc.language;
    for (const style of doc.styles) for (const rule of style.split('\n')) styles.add(rule);
    for (const notice of doc.notices) notices.add(notice);
    for (const what of doc.lost ?? []) lost.add(what);
    for (const shown of within(doc.cues, sample)) joiner.add(shown);
    hasCues ||= doc.cues.length > 0;
  }
  if (failure !== undefined && !isRead) throw failure;
  const { cues, notices: left } = joiner.finish(name);
  if (hasCues && cues.length === 0) {
    notices.add('None of its texts has times within those of its sample: they are left out.');
  }
  return {
    format: 'ttml',
    cues,
    styles: styles.size === 0 ? [] : [[...styles].join('\n')],
    regions: [],
    ...(language !== undefined && { language }),
    notices: [...reader.notices(), ...notices, ...left],
    lost: [...lost],
    ...(only && { ttml: only }),
  };
}

/** What is there while a sample is, and only then. */
const within = <T extends Span>(spans: readonly T[], sample: Span): T[] =>
  spans
    .map((span) => ({
      ...span,
      start: Math.max(span.start, sample.start),
      end: Math.min(span.end, sample.end),
    }))
    .filter(({ start, end }) => start < end);

/** What moves in a paragraph counts from a start that it must still have. */
function shownIn(document: TtmlDocument, sample: Span): TtmlDocument {
  const paragraphs = document.paragraphs.map((paragraph) =>
    paragraph.start < sample.start ? { ...paragraph, node: withoutAnimations(paragraph.node) } : paragraph,
  );
  return { ...document, paragraphs: within(paragraphs, sample) };
}

/** A document, or why it is none: one of thousands is no reason to lose the others. */
function documentOf(
  data: Uint8Array,
  name: string,
  start: number,
  moved: number,
): TextDocument | PackagerError {
  try {
    return moveDocument(readTtml(decodeText(data, name), name, start - moved), moved);
  } catch (cause) {
    if (PackagerError.is(cause)) return cause;
    throw cause;
  }
}
