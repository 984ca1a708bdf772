import { type AppleOutput, type AppleVariant, type Attributes, pathsOf, variantsOf } from './output.ts';

/** A rule of the HLS Authoring Specification for Apple Devices that files alone can break. */
export interface AppleRule {
  readonly clause: string;
  readonly what: string;
  /** What is wrong; `undefined`: the output has nothing that it is about. */
  faults(output: AppleOutput): string[] | undefined;
  /** Where the text of a sound output breaks it: the multivariant playlist, or media playlists by their paths. */
  readonly breaks: readonly [where: 'master' | RegExp, pattern: RegExp, replacement: string];
}

/** Complaints about those of a list that are not as they should be; `undefined` of an empty list. */
export const wrong = <T>(
  list: readonly T[],
  isRight: (one: T) => boolean,
  name: (one: T) => string,
): string[] | undefined => (list.length === 0 ? undefined : list.filter((one) => !isRight(one)).map(name));

export const inWords = (tag: Attributes): string => JSON.stringify(tag);

/** Variants with a picture. */
export const pictures = (output: AppleOutput): AppleVariant[] =>
  variantsOf(output).filter(({ attributes }) => attributes['RESOLUTION'] !== undefined);

/** Playlists of sound and pictures, those of I-frames too. */
export const timedPaths = (output: AppleOutput): string[] => {
  const subtitles = pathsOf(output, 'SUBTITLES');
  return [...output.playlists.keys()].filter((path) => !subtitles.includes(path));
};
