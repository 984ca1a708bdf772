import type { XmlNode } from '../../base/xml/xml-node.ts';
import type { TextDocument } from '../cue.ts';
import { CueList, checkCrowd, LATEST } from '../cue-list.ts';
import { documentLanguage } from '../document-language.ts';
import { ColourClasses } from '../webvtt/colours.ts';
import { paragraphText, type TextContext } from './cue-text.ts';
import type { TtmlBlock, TtmlParagraph } from './document.ts';
import { elementsOf, type TtElement } from './elements.ts';
import { ParagraphChanges } from './paragraph-changes.ts';
import { type Canvas, canvasOf, regionSettings } from './places.ts';
import { readRoot } from './read-root.ts';
import { common, LOST_IN_REGIONS, type Region, readRegions, withoutRegionTimes } from './regions.ts';
import {
  isAnimated,
  isAnimation,
  MOVING,
  StillParagraph,
  untimed,
  withoutAnimations,
} from './still-paragraph.ts';
import type { Style } from './style.ts';
import { StyleLosses } from './style-losses.ts';
import { computed, inherited, Styles } from './styles.ts';
import { timeUnits } from './times.ts';
import { type Interval, resolveTimes } from './timing.ts';

const STILL = `${MOVING} of paragraphs whose spans have times of their own`;

/**
 * Read TTML, DFXP or IMSC 1.1 text: its cues, and the document itself with its times resolved.
 * @param from as `CueList` has it
 */
export function readTtml(text: string, name: string, from = 0): TextDocument {
  return new Reader(readRoot(text, name), name, from).document();
}

/** What a paragraph has from what it stands in. */
interface Outer {
  readonly style: Style;
  readonly region: string | undefined;
  readonly keepsSpace: boolean;
  readonly block: TtmlBlock | undefined;
  /** The innermost first. */
  readonly box: Box | undefined;
}

/** A `body` or `div`: what is behind it no text of its has. */
interface Box {
  readonly style: Style;
  readonly outer: Box | undefined;
}

class Reader implements TextContext {
  readonly styles: Styles;
  readonly colours = new ColourClasses();
  readonly losses = new StyleLosses();
  readonly times: ReadonlyMap<TtElement, Interval>;
  readonly #name: string;
  readonly #root: TtElement;
  readonly #canvas: Canvas;
  readonly #regions: ReadonlyMap<string, Region>;
  readonly #list: CueList;
  /** When what has no end ends, in milliseconds. */
  readonly #latest: number;
  readonly #paragraphs: TtmlParagraph[] = [];
  readonly #noted = new WeakSet<Style>();
  readonly #changes: ParagraphChanges;
  #hasMovingRegions = false;
  /** What TTML that is written again has not. */
  readonly #lost = new Set<string>();

  constructor(root: TtElement, name: string, from: number) {
    this.#root = root;
    this.#name = name;
    this.#list = new CueList(from);
    this.#latest = from + LATEST;
    const [head] = elementsOf(root, 'head');
    this.styles = new Styles(head);
    this.#canvas = canvasOf(root);
    const units = timeUnits(root);
    this.#regions = readRegions(head, this.styles, units);
    this.times = resolveTimes(root, units);
    this.#changes = new ParagraphChanges(this.times, this.#list, this.losses, name);
  }

  document(): TextDocument {
    const { attributes } = this.#root;
    const outer = { style: {}, region: undefined, block: undefined, box: undefined };
    this.#contents(this.#root, { ...outer, keepsSpace: attributes['xml:space'] === 'preserve' });
    const cues = this.#list.cues();
    checkCrowd(cues, this.#name);
    const language = documentLanguage(attributes['xml:lang'] ?? '');
    const paragraphs = this.#paragraphs.toSorted((a, b) => a.start - b.start);
    return {
      format: 'ttml',
      cues,
      styles: this.colours.styles(),
      regions: [],
      ...(language !== undefined && { language }),
      notices: this.#list.notices(),
      lost: this.losses.names(),
      ...(this.#isStandard() && {
        ttml: {
          root: withoutBody(this.#root),
          paragraphs,
          lost: [...this.#lost],
          hasMovingRegions: this.#hasMovingRegions,
        },
      }),
    };
  }

  /** Whether players know the document as it is: drafts and what has paragraphs outside of its body are written anew. */
  #isStandard(): boolean {
    const { node } = this.#root;
    const colon = node.name.indexOf(':');
    const declaration = colon < 0 ? 'xmlns' : `xmlns:${node.name.slice(0, colon)}`;
    const isTtml = node.attributes[declaration] === 'http://www.w3.org/ns/ttml';
    return isTtml && this.#paragraphs.every(({ block }) => block !== undefined);
  }

  /** Blocks and paragraphs of one; a document of no standard has them where they should not be. */
  #contents(parent: TtElement, outer: Outer): void {
    for (const child of parent.children) {
      if (typeof child === 'string') continue;
      if (child.name === 'body' || child.name === 'div') this.#block(child, outer);
      else if (child.name === 'p') this.#paragraph(child, outer);
      else if (isAnimation(child)) this.losses.add(MOVING);
    }
  }

  #block(element: TtElement, outer: Outer): void {
    const style = computed(outer.style, this.styles.specified(element));
    if (style['tts:display'] === 'none') return;
    const { name, attributes } = element.node;
    this.#contents(element, {
      ...this.#within(element, outer, style),
      block: { name, attributes: untimed(attributes), parent: outer.block },
      box: { style, outer: outer.box },
    });
  }

  #within({ attributes }: TtElement, outer: Outer, style: Style): Outer {
    const space = attributes['xml:space'];
    return {
      style: inherited(style),
      region: attributes['region'] ?? outer.region,
      keepsSpace: space === undefined ? outer.keepsSpace : space === 'preserve',
      block: outer.block,
      box: outer.box,
    };
  }

  #paragraph(element: TtElement, outer: Outer): void {
    const own = computed(outer.style, this.styles.specified(element));
    const { region: regionId, keepsSpace } = this.#within(element, outer, own);
    const region = regionId === undefined ? undefined : this.#regions.get(regionId);
    const style = { ...this.styles.initial, ...(region && inherited(region.style)), ...own };
    const said = this.times.get(element);
    if (said === undefined || own['tts:display'] === 'none' || region?.style['tts:display'] === 'none')
      return;
    const place = `line ${element.line}`;
    const times = region === undefined ? said : common(said, region.times);
    if (said.begin < said.end && times.begin >= times.end) {
      this.#list.leaveOut('unplaced', place);
      return;
    }
    const settings = regionSettings(
      region && { ...this.styles.initial, ...region.style },
      style,
      this.#canvas,
    );
    let id = element.attributes['xml:id'];
    const shared = {
      ...(settings !== undefined && { settings }),
      place,
    };
    const changes = this.#changes.of(element, times);
    // What is animated counts from the begin that the paragraph has in the source.
    const isSplit = changes.length > 1 || times.begin > said.begin;
    if (isSplit && isAnimated(element)) this.#lost.add(changes.length > 1 ? STILL : MOVING);
    const still = new StillParagraph(element, this.times, isSplit);
    for (const [start, end] of changes) {
      const payload = paragraphText(element, style, this, start, keepsSpace);
      // A paragraph whose spans come later says nothing until then, one that nobody is to see nothing at all.
      if (payload === '' && (changes.length > 1 || style['tts:visibility'] === 'hidden')) continue;
      const cue = { ...shared, start, end: Math.min(end, this.#latest), payload };
      if (!this.#list.add(id === undefined ? cue : { ...cue, id })) continue;
      this.#noteBoxes(outer.box, region);
      this.#keep(still.at(start, id !== undefined), { begin: start, end }, outer.block);
      id = undefined;
    }
  }

  /** Something is shown in them. */
  #noteBoxes(innermost: Box | undefined, region: Region | undefined): void {
    for (let box = innermost; box !== undefined && !this.#noted.has(box.style); box = box.outer) {
      this.#noted.add(box.style);
      this.losses.box(box.style, 'body and div');
    }
    if (region === undefined || this.#noted.has(region.style)) return;
    this.#noted.add(region.style);
    this.losses.box(region.style, 'regions');
    if (!region.isAnimated) return;
    this.losses.add(MOVING);
    if (region.isTimed) this.#lost.add(LOST_IN_REGIONS);
    else this.#hasMovingRegions = true;
  }

  #keep(node: XmlNode, { begin, end }: Interval, block: TtmlBlock | undefined): void {
    this.#paragraphs.push({
      start: Math.max(0, Math.round(begin)),
      end: Math.min(Math.round(end), this.#latest),
      node: begin < 0 ? withoutAnimations(node) : node,
      order: this.#paragraphs.length,
      block,
    });
  }
}

/** `tt` with its head, without white space between. */
function withoutBody({ node, children }: TtElement): XmlNode {
  const kept = children.filter(
    (child): child is TtElement => typeof child !== 'string' && !['body', 'div', 'p'].includes(child.name),
  );
  return { ...node, children: kept.map(withoutRegionTimes) };
}
