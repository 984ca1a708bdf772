import { finding } from '../../findings/make.ts';
import { spokenLanguage } from '../../model/spoken-language.ts';
import { inManifest, mainTrack, nameOf, ofEach } from '../check.ts';

const DASH_ROLES = 'urn:mpeg:dash:role:2011';

/** Language, roles and the kind of a track are those that its file says. */
export const checkWords = ofEach(function* (rendition) {
  const { listed, media } = rendition;
  const track = mainTrack(rendition)?.track;
  if (!track || !media) return;
  const kind = listed.kind === 'trick' ? 'video' : listed.kind;
  if (kind !== 'unknown' && kind !== 'image' && track.kind !== kind && track.kind !== 'other')
    yield finding(
      'KIND_OF_TRACK',
      inManifest(rendition),
      `${listed.manifest} lists ${nameOf(rendition)} as ${kind}, and it is ${track.kind}.`,
      { expected: track.kind, found: kind },
    );
  if (kind !== 'audio' && kind !== 'text') return;
  const [said, has] = [spokenLanguage(listed.language), spokenLanguage(track.language)];
  if (said !== undefined && has !== undefined && said !== has)
    yield finding(
      'LANGUAGE',
      inManifest(rendition),
      `${listed.manifest} says the language ${listed.language} for ${nameOf(rendition)}, and the file says ${track.language}.`,
      { expected: track.language!, found: listed.language! },
    );
  const own = track.roles.filter((role) => role.startsWith(DASH_ROLES)).map((role) => role.split(' ')[1]);
  const other = own.find(
    (role) => role !== undefined && listed.roles.length > 0 && !listed.roles.includes(role),
  );
  if (other !== undefined && listed.manifest !== listed.id)
    yield finding(
      'ROLE',
      inManifest(rendition),
      `${listed.manifest} says the roles ${listed.roles.join(', ')} for ${nameOf(rendition)}, and the file says ${other}.`,
      { expected: other, found: listed.roles.join(', ') },
    );
});
