/** What the identifiers of a SegmentTemplate stand for (ISO/IEC 23009-1, 5.3.9.4.4). */
export interface TemplateValues {
  readonly RepresentationID: string;
  readonly Bandwidth: number | undefined;
  readonly Number?: number;
  readonly Time?: bigint;
}

/** A template in pieces: texts, and identifiers with the width that their numbers are filled up to. */
export type Template = readonly (string | { readonly name: keyof TemplateValues; readonly width: number })[];

/** Wider numbers are longer than any name. */
const WIDEST = 64;
const NAMES: readonly string[] = [
  'RepresentationID',
  'Bandwidth',
  'Number',
  'Time',
] satisfies (keyof TemplateValues)[];

/**
 * `video/$Number%05d$.m4s`
 * @throws RangeError for what is no template, as the end of a sentence
 */
export function parseTemplate(text: string): Template {
  const pieces = text.split('$');
  if (pieces.length % 2 === 0) throw new RangeError('with a $ that no other one ends');
  return pieces.map((piece, index) => {
    if (index % 2 === 0) return piece;
    if (piece === '') return '$';
    const [, name = '', width] = /^(\w+?)(?:%0(\d{1,9})d)?$/.exec(piece) ?? [];
    if (!NAMES.includes(name)) throw new RangeError('with an identifier that is none');
    if (Number(width ?? 1) > WIDEST) throw new RangeError('with a number that is wider than any name');
    return { name: name as keyof TemplateValues, width: Number(width ?? 1) };
  });
}

export const fillTemplate = (template: Template, values: TemplateValues): string =>
  template
    .map((piece) =>
      typeof piece === 'string'
        ? piece
        : piece.name === 'RepresentationID'
          ? values.RepresentationID
          : String(values[piece.name] ?? 0).padStart(piece.width, '0'),
    )
    .join('');

/** Whether each segment has a name of its own. */
export const hasNames = (template: Template): boolean =>
  template.some((piece) => typeof piece !== 'string' && (piece.name === 'Number' || piece.name === 'Time'));
