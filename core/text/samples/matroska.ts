import type { Cue, TextDocument } from '../cue.ts';
import { CueList, checkCrowd, placeOf } from '../cue-list.ts';
import { innerTimes, moveInnerTimes } from '../move-document.ts';
import { subripText } from '../srt/cue-text.ts';
import { SubripCues } from '../srt/subrip-cues.ts';
import { storedPayload } from '../webvtt/cue-text.ts';
import { isWebvtt, readWebvtt } from '../webvtt/read.ts';
import { cleanSettings, refusedNotice, regionId } from '../webvtt/settings.ts';
import { SampleReader, type StoredTextSample } from './stored-sample.ts';

/** A block of subtitles: one cue. */
export interface StoredTextBlock extends StoredTextSample {
  /** What is beside it (BlockAdditional). */
  readonly additional?: Uint8Array | undefined;
}

/**
 * What blocks hold: text of SubRip (`S_TEXT/UTF8`), of WebVTT with the rest of the cue beside it (`S_TEXT/WEBVTT`), or of WebVTT behind
 * the cue's id and settings in lines of their own (`D_WEBVTT/SUBTITLES`, of WebM).
 */
export type TextBlockFormat = 'srt' | 'webvtt' | 'webm';

/**
 * The document that blocks of Matroska hold (Matroska Media Container Codec Specifications, Subtitles).
 * @param header CodecPrivate: what stands in a WebVTT file before its cues
 */
export function cuesOfMatroska(
  blocks: readonly StoredTextBlock[],
  { format, header }: { readonly format: TextBlockFormat; readonly header: Uint8Array },
  name: string,
): TextDocument {
  return format === 'srt' ? subripDocument(blocks, name) : webvttDocument(blocks, format, header, name);
}

function subripDocument(blocks: readonly StoredTextBlock[], name: string): TextDocument {
  const reader = new SampleReader();
  const subrip = new SubripCues(blocks[0]?.start);
  const { list, colours, lost } = subrip;
  for (const { start, end, data } of blocks) {
    const source = reader.text(data, start).replaceAll('\0', '').replace(/\r\n?/g, '\n').trim();
    const { payload, settings, lost: tags } = subripText(source, colours);
    for (const tag of tags) lost.add(tag);
    list.add({ start, end, payload, place: placeOf(start), ...(settings !== undefined && { settings }) });
  }
  return subrip.document(name, reader.notices());
}

function webvttDocument(
  blocks: readonly StoredTextBlock[],
  format: 'webvtt' | 'webm',
  header: Uint8Array,
  name: string,
): TextDocument {
  const reader = new SampleReader();
  const head = reader.text(header, 0).replace(/\0+$/, '');
  const document = readWebvtt(isWebvtt(head) ? `${head}\n\n` : 'WEBVTT\n', name);
  const regions = new Set(document.regions.flatMap((region) => regionId(region) ?? []));
  const list = new CueList(blocks[0]?.start);
  const refused = new Set<string>();
  for (const block of blocks) {
    const { start, end } = block;
    const { id, settings, text } = partsOf(block, format, reader);
    const clean = cleanSettings(settings.trim(), regions, (word) => refused.add(word));
    const payload = storedPayload(text);
    list.add({
      start,
      end,
      ...(id !== '' && { id }),
      ...(clean !== undefined && { settings: clean }),
      payload: format === 'webvtt' ? fromStart(payload, block) : payload,
      place: placeOf(start),
    });
  }
  const cues = list.cues();
  checkCrowd(cues, name);
  const notices = [...reader.notices(), ...document.notices, ...list.notices(), ...refusedNotice(refused)];
  return { ...document, cues, notices };
}

/** The lines in front of a cue's text: comments are behind them, where they are beside it. */
function partsOf(
  { start, data, additional }: StoredTextBlock,
  format: 'webvtt' | 'webm',
  reader: SampleReader,
): { readonly id: string; readonly settings: string; readonly text: string } {
  const text = reader.text(data, start).replace(/\r\n?/g, '\n');
  if (format === 'webvtt') {
    const beside = additional === undefined ? '' : reader.text(additional, start);
    const [settings = '', id = ''] = beside.replace(/\0/g, '').split(/\r\n?|\n/, 2);
    return { id, settings, text };
  }
  const [id = '', settings = '', ...lines] = text.split('\n');
  return { id, settings, text: lines.join('\n') };
}

/** Times within a text count from its block; some writers leave them as the file had them. */
function fromStart(payload: string, { start, end }: Pick<Cue, 'start' | 'end'>): string {
  const times = innerTimes(payload);
  const isOfFile = times.some((time) => start + time > end) && times.every((time) => start <= time);
  return times.length === 0 || isOfFile ? payload : moveInnerTimes(payload, start);
}
