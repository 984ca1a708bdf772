import { type XmlNode, xml } from '../../base/xml/xml-node.ts';
import { xmlText } from '../../base/xml/xml-rules.ts';
import { formatTime } from '../clock-times.ts';
import type { Cue, TextDocument } from '../cue.ts';
import { LATEST } from '../cue-list.ts';
import { styleRules, type TextStyle } from '../webvtt/css.ts';
import { type TextRun, textRuns } from '../webvtt/runs.ts';
import { cueRegion } from './cue-region.ts';

/** Designators of profiles (IMSC 1.1, 5.2; IMSC 1.0.1, 5.2). */
const IMSC_1_1 = 'http://www.w3.org/ns/ttml/profile/imsc1.1/text';
const IMSC_1 = 'http://www.w3.org/ns/ttml/profile/imsc1/text';

/** Letters that are written from right to left: the first strong one says which way a paragraph goes (Unicode UAX #9, P2). */
const FIRST_STRONG =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\u200F]|[\p{L}\u200E]/u;
const RTL = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\u200F]/u;

/** Whether a document needs what IMSC 1.1 has and 1.0.1 has not. */
export function hasRuby({ cues }: TextDocument): boolean {
  let known = RUBY.get(cues);
  if (known === undefined) {
    known = cues.some(({ payload }) => payload.includes('<ruby'));
    RUBY.set(cues, known);
  }
  return known;
}

/** Every segment asks, and the answer is in all cues. */
const RUBY = new WeakMap<readonly Cue[], boolean>();

/** A document of IMSC 1.1 text (W3C, 2018) that says what cues of WebVTT say. @param cues those of it that are wanted */
export function cuesAsTtml(doc: TextDocument, cues: readonly Cue[]): XmlNode {
  const regions = new Map<string, XmlNode>();
  const idOf = (settings: string | undefined): string => {
    const attributes = cueRegion(settings, doc.regions);
    const key = JSON.stringify(attributes);
    const id = String(regions.get(key)?.attributes['xml:id'] ?? `r${regions.size + 1}`);
    if (!regions.has(key)) regions.set(key, xml('region', { 'xml:id': id, ...attributes }));
    return id;
  };
  const rules = styleRules(doc.styles);
  const paragraphs = cues.map((cue) => paragraph(cue, idOf(cue.settings), textRuns(cue.payload, rules)));
  return xml(
    'tt',
    {
      xmlns: 'http://www.w3.org/ns/ttml',
      'xmlns:tts': 'http://www.w3.org/ns/ttml#styling',
      'xmlns:ttp': 'http://www.w3.org/ns/ttml#parameter',
      'xml:lang': doc.language ?? '',
      'ttp:profile': hasRuby(doc) ? undefined : IMSC_1,
      'ttp:contentProfiles': IMSC_1_1,
      'ttp:timeBase': 'media',
    },
    xml('head', {}, xml('layout', {}, [...regions.values()])),
    xml('body', {}, xml('div', {}, paragraphs)),
  );
}

function paragraph(cue: Cue, region: string, runs: readonly TextRun[]): XmlNode {
  const text = runs.map((run) => run.text).join('');
  const [first = ''] = FIRST_STRONG.exec(text) ?? [];
  const attributes = {
    region,
    begin: formatTime(cue.start),
    end: cue.end >= LATEST ? undefined : formatTime(cue.end),
    'tts:direction': RTL.test(first) ? 'rtl' : undefined,
  };
  return xml('p', attributes, contents(runs, cue.start));
}

function contents(runs: readonly TextRun[], start: number): XmlNode[] {
  const nodes: XmlNode[] = [];
  for (let index = 0; index < runs.length; ) {
    const run = runs[index]!;
    if (run.ruby === undefined) {
      nodes.push(spanOf(run, start));
      index++;
      continue;
    }
    // One ruby for each text with its annotation, as IMSC has them.
    const bases: TextRun[] = [];
    const texts: TextRun[] = [];
    while (runs[index]?.ruby === 'base') bases.push(runs[index++]!);
    while (runs[index]?.ruby === 'text') texts.push(runs[index++]!);
    for (const node of rubyOf(bases, texts, start)) nodes.push(node);
  }
  return nodes;
}

function rubyOf(bases: readonly TextRun[], texts: readonly TextRun[], start: number): XmlNode[] {
  if (bases.length === 0 || texts.length === 0) return [...bases, ...texts].map((run) => spanOf(run, start));
  const part = (ruby: string, runs: readonly TextRun[]): XmlNode =>
    xml(
      'span',
      { 'tts:ruby': ruby },
      runs.map((run) => spanOf({ ...run, from: undefined }, start)),
    );
  const begin = beginOf(bases[0]!, start);
  return [xml('span', { 'tts:ruby': 'container', begin }, part('base', bases), part('text', texts))];
}

function spanOf(run: TextRun, start: number): XmlNode {
  const lines = xmlText(run.text).split('\n');
  const children = lines.flatMap((line, index) => (index === 0 ? [line] : [xml('br'), line]));
  return xml(
    'span',
    { begin: beginOf(run, start), 'xml:lang': run.language, ...styleAttributes(run.style) },
    children.filter((child) => child !== ''),
  );
}

/** Times of spans count from their paragraph. */
const beginOf = ({ from }: TextRun, start: number): string | undefined =>
  from === undefined || from <= start ? undefined : formatTime(from - start);

const styleAttributes = ({
  color,
  background,
  italic,
  bold,
  underline,
}: TextStyle): XmlNode['attributes'] => ({
  'tts:color': color,
  'tts:backgroundColor': background,
  'tts:fontStyle': italic ? 'italic' : undefined,
  'tts:fontWeight': bold ? 'bold' : undefined,
  'tts:textDecoration': underline ? 'underline' : undefined,
});
