/** A whole document of subtitles, as one segment that nothing is outside of. */
import type { TextDocument } from '../../../core/text/cue.ts';
import { stppDocument } from '../../../core/text/ttml/write.ts';
import { webvttSegment } from '../../../core/text/webvtt/write.ts';

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };

export const webvttFile = (doc: TextDocument): string => webvttSegment(doc, ALL);

export const ttmlFile = (doc: TextDocument): string => stppDocument(doc, ALL.from, ALL.to);
