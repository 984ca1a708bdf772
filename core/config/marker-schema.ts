import type { SchemaObject } from 'ajv';
import { PRINTABLE_PATTERN } from '../base/printable.ts';
import type { Marker, MarkerKind } from '../media/markers.ts';

/** A place on the timeline of a title, as a config or a file beside it names it. */
export interface MarkerOptions {
  readonly kind: MarkerKind;
  /** Seconds, as presented: 0 is the start of the title. */
  readonly start: number;
  /** Seconds. @default of a chapter: to the next one */
  readonly duration?: number | undefined;
  /** @default the kind and a number */
  readonly id?: string | undefined;
  /** What a chapter is called. */
  readonly title?: string | undefined;
  /** Language of the title, BCP 47 or ISO 639-2. */
  readonly language?: string | undefined;
  /** splice_info_section() of SCTE 35, Base64. @default one that is made, for `ad-out` and `ad-in` */
  readonly scte35?: string | undefined;
}

/** @param language the schema of a language */
export const markerListSchema = (language: SchemaObject): SchemaObject => ({
  type: 'array',
  description: 'a list of markers such as [{ kind: "chapter", start: 0 }]',
  items: {
    type: 'object',
    properties: {
      kind: { enum: ['ad-out', 'ad-in', 'chapter', 'cue'] },
      start: { type: 'number', minimum: 0, maximum: 1e7, description: 'seconds from the start of the title' },
      duration: { type: 'number', exclusiveMinimum: 0, maximum: 1e7, description: 'seconds, more than 0' },
      id: {
        type: 'string',
        pattern: '^[\\w.:+-]{1,100}$',
        description: 'an id of letters, digits and ".", ":", "+", "-", "_"',
      },
      title: {
        type: 'string',
        pattern: PRINTABLE_PATTERN,
        maxLength: 500,
        description: 'a title of one line',
      },
      language,
      scte35: {
        type: 'string',
        pattern: '^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
        description: 'a splice_info_section of SCTE 35, Base64',
      },
    },
    required: ['kind', 'start'],
    additionalProperties: false,
  },
});

/** As the engine has them: in the order of time, each with an id: its own, or a made one that no other has. */
export function markersOf(options: readonly MarkerOptions[]): Marker[] {
  const ordered = [...options].sort((a, b) => a.start - b.start);
  const taken = new Set(options.map(({ id }) => id));
  const counts = new Map<MarkerKind, number>();
  return ordered.map(({ kind, start, duration, id, title, language, scte35 }) => {
    let count = (counts.get(kind) ?? 0) + 1;
    while (id === undefined && taken.has(`${kind}-${count}`)) count++;
    counts.set(kind, count);
    return {
      id: id ?? `${kind}-${count}`,
      ...{ kind, start },
      ...(duration !== undefined && { duration }),
      ...(title !== undefined && { title }),
      ...(language !== undefined && { language }),
      ...(scte35 !== undefined && { scte35 }),
    };
  });
}
