import { attributeOf } from '../../base/xml/read-xml.ts';
import type { XmlNode } from '../../base/xml/xml-node.ts';
import type { ListedRendition, ListedSegment } from '../model/listed-package.ts';
import type { PlaceOfBytes } from '../model/places.ts';
import type { Bases } from './bases.ts';
import { childrenOf } from './children.ts';
import { fillTemplate, hasNames, parseTemplate, type Template, type TemplateValues } from './template.ts';
import { evenSegments, readTimeline, type TimedSegment, type Timing } from './timeline.ts';
import type { MpdFault, Values } from './values.ts';

/** Where the bytes of a Representation are. */
export type Addressing = Pick<
  ListedRendition,
  'timescale' | 'presentationTimeOffset' | 'init' | 'index' | 'segments' | 'isIndexed'
>;

/** A Representation, and all that its segments depend on. */
export interface Addressed {
  /** Itself, its Adaptation Set, its Period. */
  readonly levels: readonly XmlNode[];
  readonly bases: Bases;
  readonly id: string;
  readonly bandwidth: number | undefined;
  /** Seconds on the timeline of the package. */
  readonly periodStart: number;
  readonly periodDuration: number | undefined;
  readonly values: Values;
  readonly fault: MpdFault;
  /** How many segments may be in all that is still to be listed. */
  readonly most: number;
}

const FORMS = ['SegmentTemplate', 'SegmentList', 'SegmentBase'] as const;

/** Segments of a Representation by template, list or base (ISO/IEC 23009-1, 5.3.9). @throws TooManySegments */
export function readAddressing(addressed: Addressed): Addressing {
  const { levels } = addressed;
  // The innermost element that says how decides; what it does not say, those of its name further out do.
  const form = levels
    .map((level) => FORMS.find((name) => childrenOf(level, name).length > 0))
    .find((name) => name !== undefined);
  const elements = form === undefined ? [] : levels.flatMap((level) => childrenOf(level, form));
  const reader = new AddressingReader(addressed, elements);
  if (form === 'SegmentTemplate') return reader.template();
  if (form === 'SegmentList') return reader.list();
  return reader.base();
}

class AddressingReader {
  readonly #of: Addressed;
  /** Elements of one name, the innermost first. */
  readonly #elements: readonly XmlNode[];
  readonly #timing: Timing;

  constructor(of: Addressed, elements: readonly XmlNode[]) {
    this.#of = of;
    this.#elements = elements;
    const timescale = this.#integer('timescale') || 1;
    const owner = this.#owner('presentationTimeOffset');
    this.#timing = {
      timescale,
      presentationTimeOffset: (owner && of.values.ticks(owner, 'presentationTimeOffset')) ?? 0n,
      startNumber: this.#integer('startNumber') ?? 1,
      period: of.periodDuration === undefined ? undefined : BigInt(Math.round(of.periodDuration * timescale)),
      most: of.most,
    };
  }

  /** SegmentBase, or nothing at all: one file, of which `sidx` says the segments, or which is one itself. */
  base(): Addressing {
    const { values, periodStart, periodDuration = 0 } = this.#of;
    const owner = this.#owner('indexRange');
    const range = owner && values.range(owner, 'indexRange');
    const index = range && this.#place('', range);
    const named = this.#child('Initialization');
    const whole: ListedSegment = this.#listed(this.#place(''), periodStart, periodDuration, 1, this.#line);
    return {
      ...this.#clock,
      init: named
        ? this.#initialization(named)
        : range && this.#place('', { offset: 0, length: range.offset }),
      index,
      segments: index ? [] : [whole],
      isIndexed: index !== undefined,
    };
  }

  template(): Addressing {
    const { id, bandwidth } = this.#of;
    const media = this.#parsed('media');
    const values = { RepresentationID: id, Bandwidth: bandwidth };
    const initialization = this.#parsed('initialization');
    const named = this.#child('Initialization');
    const init = initialization
      ? this.#place(fillTemplate(initialization, values))
      : named && this.#initialization(named);
    if (!media) this.#of.fault(this.#element, 'MEDIA_MISSING', 'has no @media');
    const timed = media ? this.#timed() : [];
    if (media && timed.length > 1 && !hasNames(media)) {
      this.#of.fault(this.#element, 'TEMPLATE_SYNTAX', 'names all of its segments alike');
    }
    const segments = timed.map((segment) => this.#templated(media!, values, segment));
    return { ...this.#clock, init, index: undefined, segments, isIndexed: false };
  }

  #templated(media: Template, values: TemplateValues, segment: TimedSegment): ListedSegment {
    const name = fillTemplate(media, { ...values, Number: segment.number, Time: segment.time });
    return this.#timedListed(this.#place(name), segment);
  }

  list(): Addressing {
    const { values, fault } = this.#of;
    const urls =
      this.#elements.map((element) => childrenOf(element, 'SegmentURL')).find((all) => all.length > 0) ?? [];
    if (urls.length > this.#of.most) evenSegments(1n, urls.length, { ...this.#timing, period: undefined });
    const timed = this.#timed(urls.length);
    if (timed.length < urls.length)
      fault(this.#element, 'LIST_LENGTH', `has ${urls.length} segments, but times for ${timed.length}`);
    const named = this.#child('Initialization');
    const segments = timed.slice(0, urls.length).map((segment, at) => {
      const url = urls[at]!;
      const place = this.#of.bases.place(
        url,
        attributeOf(url, 'media') ?? '',
        values.range(url, 'mediaRange'),
      );
      return this.#timedListed(place, { ...segment, line: url.line });
    });
    return {
      ...this.#clock,
      init: named && this.#initialization(named),
      index: undefined,
      segments,
      isIndexed: false,
    };
  }

  /** Times of all segments. @param count how many there are, where a list says it */
  #timed(count?: number): TimedSegment[] {
    const { values, fault } = this.#of;
    const timeline = this.#child('SegmentTimeline');
    if (timeline) return readTimeline(timeline, this.#timing, values, fault);
    const { startNumber, period, presentationTimeOffset } = this.#timing;
    const owner = this.#owner('duration');
    const duration = owner && values.ticks(owner, 'duration');
    const last = count === undefined ? this.#integer('endNumber') : startNumber + count - 1;
    if (duration !== undefined && duration > 0n) {
      const segments = evenSegments(duration, last, this.#timing);
      if (last === undefined && period === undefined) {
        fault(
          this.#element,
          'PERIOD_OPEN',
          'has segments to the end of a period that does not say when it ends',
        );
      }
      return segments;
    }
    if (owner) fault(owner, 'ATTRIBUTE_SYNTAX', 'has a @duration that is not above 0');
    // Without any times there is one segment, as long as the period (5.3.9.2).
    if ((count ?? 1) > 1) fault(this.#element, 'TIMES_MISSING', 'has neither @duration nor SegmentTimeline');
    return count === 0 ? [] : [{ time: presentationTimeOffset, duration: period ?? 0n, number: startNumber }];
  }

  #timedListed(place: PlaceOfBytes, { time, duration, number, line }: TimedSegment): ListedSegment {
    const { timescale, presentationTimeOffset } = this.#timing;
    const start = this.#of.periodStart + Number(time - presentationTimeOffset) / timescale;
    return this.#listed(place, start, Number(duration) / timescale, number, line ?? this.#line);
  }

  #listed(
    place: PlaceOfBytes,
    start: number,
    duration: number,
    number: number,
    line: number | undefined,
  ): ListedSegment {
    const facts = { place, start, duration, keys: NO_KEYS, init: undefined, discontinuity: false, number };
    return line === undefined ? facts : { ...facts, line };
  }

  get #clock(): Pick<Addressing, 'timescale' | 'presentationTimeOffset'> {
    const { timescale, presentationTimeOffset } = this.#timing;
    return { timescale, presentationTimeOffset: Number(presentationTimeOffset) };
  }

  /** What faults are told of: the innermost element. */
  get #element(): XmlNode {
    return this.#elements[0] ?? this.#of.levels[0]!;
  }

  get #line(): number | undefined {
    return this.#element.line;
  }

  #place(reference: string, range?: { readonly offset: number; readonly length: number }): PlaceOfBytes {
    return this.#of.bases.place(this.#element, reference, range);
  }

  #initialization(element: XmlNode): PlaceOfBytes {
    const range = this.#of.values.range(element, 'range');
    return this.#of.bases.place(element, attributeOf(element, 'sourceURL') ?? '', range);
  }

  #owner(name: string): XmlNode | undefined {
    return this.#elements.find((element) => attributeOf(element, name) !== undefined);
  }

  #integer(name: string): number | undefined {
    const owner = this.#owner(name);
    return owner && this.#of.values.integer(owner, name);
  }

  #child(name: string): XmlNode | undefined {
    return this.#elements.map((element) => childrenOf(element, name)[0]).find((child) => child !== undefined);
  }

  #parsed(name: string): Template | undefined {
    const owner = this.#owner(name);
    if (!owner) return undefined;
    try {
      return parseTemplate(attributeOf(owner, name)!);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      this.#of.fault(owner, 'TEMPLATE_SYNTAX', `has a @${name} ${cause.message}`);
      return undefined;
    }
  }
}

/** An MPD says nothing of keys by segment. */
const NO_KEYS: ListedSegment['keys'] = [];
