import { fail } from '../base/errors.ts';
import type { TextDocument } from './cue.ts';
import { decodeText } from './decode-text.ts';
import { isSubrip, readSubrip } from './srt/read.ts';
import { readTtml } from './ttml/read.ts';
import { isXml } from './ttml/read-root.ts';
import { isWebvtt, readWebvtt } from './webvtt/read.ts';

/**
 * Read a file of subtitles, whatever it is: what it is stands in it, its name says nothing.
 * @param name as messages quote it
 * @throws PackagerError with one sentence
 */
export function readTextDocument(bytes: Uint8Array, name: string): TextDocument {
  const text = decodeText(bytes, name);
  if (isWebvtt(text)) return readWebvtt(text, name);
  if (isXml(text)) return readTtml(text, name);
  if (isSubrip(text)) return readSubrip(text, name);
  throw fail.badText(
    name,
    'it is neither WebVTT, SubRip nor TTML (line 1)',
    'Give a file whose first line is WEBVTT, one that begins with a cue of SubRip, or a TTML document.',
  );
}
