import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import { CHARACTERISTIC, SDH_CHARACTERISTICS } from '../media/roles.ts';
import type { CommonInfo, TrackKind } from '../media/track.ts';

/** What a track says of itself to who chooses. */
export type SaidOfTrack = Pick<CommonInfo, 'roles' | 'characteristics' | 'label' | 'isForced'> & {
  readonly kind: TrackKind;
};

/** Roles of text by which players know subtitles from captions. */
const OF_TEXT: readonly string[] = ['subtitle', 'caption', 'forced-subtitle'];

/**
 * The values of a track's Roles (ISO/IEC 23009-1, 5.8.5.5): what is said; else that it is another one, or subtitles.
 * @param isMain whether players start with it, which goes before what the track says of that
 */
function roleValues({ kind, roles = [], isForced }: SaidOfTrack, isMain: boolean): readonly string[] {
  const said = roles.filter((role) => role !== 'main');
  const main = isMain ? ['main'] : [];
  if (kind === 'text') {
    const own = isForced ? 'forced-subtitle' : 'subtitle';
    return [...main, ...said, ...(said.some((role) => OF_TEXT.includes(role)) ? [] : [own])];
  }
  return isMain || said.length > 0 ? [...main, ...said] : ['alternate'];
}

/** `Role` elements of an adaptation set. */
export const roleElements = (track: SaidOfTrack, isMain: boolean): XmlNode[] =>
  roleValues(track, isMain).map((value) => xml('Role', { schemeIdUri: 'urn:mpeg:dash:role:2011', value }));

/** `Accessibility` elements (ETSI TS 103 285, 6.1.2 and 7.1.2): 1 is for who does not see, 2 for who does not hear well. */
export function accessibilityElements({ characteristics = [] }: SaidOfTrack): XmlNode[] {
  const forHearing = [...SDH_CHARACTERISTICS, CHARACTERISTIC.enhancesSpeech];
  const purposes = [
    ...(characteristics.includes(CHARACTERISTIC.describesVideo) ? [1] : []),
    ...(forHearing.some((name) => characteristics.includes(name)) ? [2] : []),
  ];
  return purposes.map((value) =>
    xml('Accessibility', { schemeIdUri: 'urn:tva:metadata:cs:AudioPurposeCS:2007', value }),
  );
}

/** The `Label` of what all tracks of a set are called (ISO/IEC 23009-1, 5.3.10). */
export function labelElements(tracks: readonly SaidOfTrack[]): XmlNode[] {
  const [label, ...others] = new Set(tracks.map((track) => track.label));
  return label === undefined || others.length > 0 ? [] : [xml('Label', {}, label)];
}
