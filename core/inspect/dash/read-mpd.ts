import { fail } from '../../base/errors.ts';
import { attributeOf, localName, readXml } from '../../base/xml/read-xml.ts';
import type { XmlNode } from '../../base/xml/xml-node.ts';
import { FaultList } from '../files/fault-list.ts';
import { readManifest } from '../files/read-manifest.ts';
import { References } from '../files/references.ts';
import type { ListedPackage, ListedRendition } from '../model/listed-package.ts';
import type { PackageFiles } from '../model/places.ts';
import { Bases } from './bases.ts';
import { childrenOf } from './children.ts';
import { readFacts } from './facts.ts';
import { type PeriodTimes, periodTimes } from './periods.ts';
import { readProtection } from './protection.ts';
import { listIndexed } from './segment-index.ts';
import { readAddressing } from './segments.ts';
import { TooManySegments } from './timeline.ts';
import { type MpdFault, nameOf, Values } from './values.ts';

/** Characters: half a million segments, each with a line of its own. */
const LONGEST = 32 * 2 ** 20;
const MOST_SEGMENTS = 1_000_000;
const MOST_RENDITIONS = 10_000;

/**
 * Read an MPD (ISO/IEC 23009-1, 5): every Representation of every Period, on one timeline. What is wrong in it is told as facts.
 * @throws PackagerError where it is no MPD, or lists more than any title has
 */
export async function readMpd(files: PackageFiles, path: string): Promise<ListedPackage> {
  const document = parse(path, await readManifest(files, path));
  const faults = new FaultList();
  const fault: MpdFault = (element, rule, what) =>
    faults.add(path, element.line, rule, `${nameOf(element)} of ${path} ${what}.`);
  const references = new References(files, path);
  const values = new Values(fault);
  const periods = periodTimes(document, values);
  if (periods.length === 0) fault(document, 'PERIOD_MISSING', 'has no Period');
  const reader = new MpdReader(
    path,
    document,
    new Bases(references, [references.addressOf(path)], fault),
    fault,
  );
  const renditions: ListedRendition[] = [];
  for (const [index, period] of periods.entries()) {
    for (const rendition of reader.period(period, periods.length > 1 ? index : undefined)) {
      const { id, line } = rendition;
      const told = (rule: string, what: string) =>
        faults.add(path, line, rule, `Representation ${id} of ${path} ${what}.`);
      renditions.push(await listIndexed(files, rendition, period.start, told));
    }
  }
  const said = values.duration(document, 'mediaPresentationDuration');
  const last = periods.at(-1);
  const { elsewhere } = references;
  return {
    manifest: path,
    kind: 'mpd',
    duration: said ?? (last?.duration === undefined ? undefined : last.start + last.duration),
    renditions,
    variants: [],
    sessionKeys: [],
    faults: faults.all(),
    ...(elsewhere.length > 0 && { elsewhere }),
    document,
  };
}

function parse(path: string, text: string): XmlNode {
  const refuse = (reason: string) =>
    fail.inputNotReadable(path, reason, 'Make the MPD again, or name another manifest.');
  let root: XmlNode;
  try {
    root = readXml(text, { longest: LONGEST, asWritten: true });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw refuse(`${cause.message}.`);
  }
  if (localName(root) !== 'MPD') throw refuse('it is XML, but no MPD.');
  return root;
}

class MpdReader {
  readonly #path: string;
  readonly #document: XmlNode;
  readonly #bases: Bases;
  readonly #fault: MpdFault;
  readonly #values: Values;
  #segments = 0;
  #renditions = 0;

  constructor(path: string, document: XmlNode, bases: Bases, fault: MpdFault) {
    this.#path = path;
    this.#document = document;
    this.#bases = bases.within(document);
    this.#fault = fault;
    this.#values = new Values(fault);
  }

  /** @param number from 0; `undefined`: it is the only one */
  period(period: PeriodTimes, number: number | undefined): ListedRendition[] {
    const bases = this.#bases.within(period.element);
    this.#refuseRemote(period.element);
    return childrenOf(period.element, 'AdaptationSet').flatMap((set) => {
      const own = bases.within(set);
      this.#refuseRemote(set);
      const representations = childrenOf(set, 'Representation');
      if (representations.length === 0) this.#fault(set, 'REPRESENTATION_MISSING', 'has no Representation');
      return representations.map((element) =>
        this.#rendition(element, set, period, own.within(element), number),
      );
    });
  }

  /** What is to be fetched from elsewhere and put in place of an element (5.5). */
  #refuseRemote(element: XmlNode): void {
    if (Object.keys(element.attributes).some((name) => name.endsWith(':href'))) {
      this.#fault(
        element,
        'REMOTE_ELEMENT',
        'is to be fetched from another place (xlink:href), and is not read',
      );
    }
  }

  #rendition(
    element: XmlNode,
    set: XmlNode,
    period: PeriodTimes,
    bases: Bases,
    number: number | undefined,
  ): ListedRendition {
    if (++this.#renditions > MOST_RENDITIONS) throw this.#tooMuch(`${MOST_RENDITIONS} Representations`);
    const facts = readFacts([element, set], this.#values);
    const id = attributeOf(element, 'id');
    if (id === undefined) this.#fault(element, 'ID_MISSING', 'has no @id');
    if (facts.bandwidth === undefined) this.#fault(element, 'ATTRIBUTE_MISSING', 'has no @bandwidth');
    if (facts.mimeType === undefined) this.#fault(element, 'ATTRIBUTE_MISSING', 'has no @mimeType');
    const levels = [element, set, period.element];
    const name = id ?? nameOf(element);
    const line = element.line;
    let isTold = false;
    const fault: MpdFault = (...told) => {
      isTold = true;
      this.#fault(...told);
    };
    try {
      const addressing = readAddressing({
        levels,
        bases,
        id: name,
        bandwidth: facts.bandwidth,
        periodStart: period.start,
        periodDuration: period.duration,
        values: this.#values,
        fault,
        most: MOST_SEGMENTS - this.#segments,
      });
      this.#segments += addressing.segments.length;
      // Nothing of it would be read, and nothing else would say so.
      if (addressing.segments.length === 0 && !addressing.isIndexed && !isTold)
        fault(element, 'SEGMENTS_MISSING', 'has no segment');
      return {
        id: name,
        manifest: this.#path,
        set: attributeOf(set, 'id') ?? nameOf(set),
        ...facts,
        ...addressing,
        averageBandwidth: undefined,
        protection: readProtection(levels, this.#document, this.#fault),
        targetDuration: undefined,
        ...(number !== undefined && { period: number }),
        ...(line !== undefined && { line }),
      };
    } catch (cause) {
      throw cause instanceof TooManySegments ? this.#tooMuch(`${MOST_SEGMENTS} segments`) : cause;
    }
  }

  #tooMuch(what: string) {
    return fail.inputNotReadable(
      this.#path,
      `it lists more than ${what}.`,
      'No title has so many: look at @r and @duration of its segments.',
    );
  }
}
