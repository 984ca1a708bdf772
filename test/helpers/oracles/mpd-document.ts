import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { boxesBetween } from '../verify/boxes.ts';
import type { FileParts, Part } from './file-parts.ts';
import { parseIndex } from './segment-index.ts';

/** An element: attributes have `@` before their names, all children are lists. */
export interface MpdElement {
  readonly [name: string]: string | readonly MpdElement[] | undefined;
}

const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  alwaysCreateTextNode: true,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});

export const parseMpd = (text: string): MpdElement => children(PARSER.parse(text) as MpdElement, 'MPD')[0]!;

export const children = (element: MpdElement | undefined, name: string): readonly MpdElement[] => {
  const list = element?.[name];
  return typeof list === 'object' ? list : [];
};

export const attribute = (element: MpdElement | undefined, name: string): string | undefined => {
  const value = element?.[`@${name}`];
  return typeof value === 'string' ? value : undefined;
};

export const textOf = (element: MpdElement | undefined): string => {
  const value = element?.['#text'];
  return typeof value === 'string' ? value : '';
};

/** Seconds of an `xs:duration` as MPDs have it. */
export const seconds = (duration = ''): number => Number(/^PT([\d.]+)S$/.exec(duration)?.[1] ?? Number.NaN);

/** A segment of a Representation, of a file or in it. */
export interface MpdSegment {
  readonly path: string;
  readonly part: Part;
  /** Seconds of the period. */
  readonly start: number;
  readonly duration: number;
}

/** What a Representation addresses. */
export interface Addressing {
  readonly init: { readonly path: string; readonly part: Part };
  readonly segments: readonly MpdSegment[];
}

/** @throws Error when a file is not there, or no index is where it is said to be */
export function addressing(folder: string, representation: MpdElement, files: FileParts): Addressing {
  const [template] = children(representation, 'SegmentTemplate');
  return template ? numbered(folder, template, files) : indexed(folder, representation, files);
}

/** On-demand profile: ranges in one file (ISO/IEC 23009-1, 5.3.9.2). */
function indexed(folder: string, representation: MpdElement, files: FileParts): Addressing {
  const path = join(folder, decodeURIComponent(textOf(children(representation, 'BaseURL')[0])));
  const [base] = children(representation, 'SegmentBase');
  const range = (text = ''): Part => {
    const [first, last] = text.split('-').map(Number);
    return { offset: first!, length: last! - first! + 1 };
  };
  const index = range(attribute(base, 'indexRange'));
  const bytes = files.read(path, index);
  const [sidx, ...others] = boxesBetween(bytes, 0, bytes.length);
  if (sidx?.type !== 'sidx' || others.length > 0) throw new Error('@indexRange is not one "sidx"');
  const offset =
    Number(attribute(base, 'presentationTimeOffset') ?? 0) / Number(attribute(base, 'timescale') ?? 1);
  return {
    init: { path, part: range(attribute(children(base, 'Initialization')[0], 'range')) },
    segments: parseIndex(bytes, sidx, index.offset + index.length).map(
      ({ offset: at, size, start, duration }) => {
        return { path, part: { offset: at, length: size }, start: start - offset, duration };
      },
    ),
  };
}

/** Live profile: numbered files and a timeline (5.3.9.4, 5.3.9.6). */
function numbered(folder: string, template: MpdElement, files: FileParts): Addressing {
  const whole = (uri = '') => {
    const path = join(folder, decodeURIComponent(uri));
    return { path, part: { offset: 0, length: files.size(path) } };
  };
  const timescale = Number(attribute(template, 'timescale') ?? 1);
  const offset = Number(attribute(template, 'presentationTimeOffset') ?? 0);
  let number = Number(attribute(template, 'startNumber') ?? 1);
  let time = 0;
  const segments: MpdSegment[] = [];
  for (const entry of children(children(template, 'SegmentTimeline')[0], 'S')) {
    time = Number(attribute(entry, 't') ?? time);
    const ticks = Number(attribute(entry, 'd'));
    for (let repeat = Number(attribute(entry, 'r') ?? 0); repeat >= 0; repeat--) {
      const media = attribute(template, 'media')?.replace(
        /\$Number(?:%0(\d+)d)?\$/,
        (_, width: string | undefined) => String(number).padStart(Number(width ?? 1), '0'),
      );
      segments.push({ ...whole(media), start: (time - offset) / timescale, duration: ticks / timescale });
      number += 1;
      time += ticks;
    }
  }
  return { init: whole(attribute(template, 'initialization')), segments };
}
