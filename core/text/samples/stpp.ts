import type { TextDocument } from '../cue.ts';
import { decodeText } from '../decode-text.ts';
import { readTtml } from '../ttml/read.ts';
import { PieceJoiner, type StoredTextSample } from './stored-sample.ts';

/**
 * The document that samples of `stpp` hold, one of TTML each whose times are those of the track, and which is shown as long as its
 * sample (ISO/IEC 14496-30, 6). A single one stays what it is; of several the cues are joined.
 * @throws PackagerError for the first that cannot be read
 */
export function cuesOfStpp(samples: readonly StoredTextSample[], name: string): TextDocument {
  const joiner = new PieceJoiner();
  const styles = new Set<string>();
  const notices = new Set<string>();
  let language: string | undefined;
  let only: TextDocument | undefined;
  for (const { start, end, data } of samples) {
    if (data.length === 0) continue;
    const doc = readTtml(decodeText(data, name), name);
    only = samples.length === 1 ? doc : undefined;
    language ??= doc.language;
    for (const style of doc.styles) for (const rule of style.split('\n')) styles.add(rule);
    for (const notice of doc.notices) notices.add(notice);
    for (const cue of doc.cues) {
      const shown = { ...cue, start: Math.max(cue.start, start), end: Math.min(cue.end, end) };
      if (shown.start < shown.end) joiner.add(shown);
    }
  }
  const { cues, notices: left } = joiner.finish(name);
  return {
    format: 'ttml',
    cues,
    styles: styles.size === 0 ? [] : [[...styles].join('\n')],
    regions: [],
    ...(language !== undefined && { language }),
    notices: [...notices, ...left],
    ...(only?.ttml && { ttml: only.ttml }),
  };
}
