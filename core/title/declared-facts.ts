import { fail } from '../base/errors.ts';
import { canonicalLanguage } from '../media/language.ts';
import { CHARACTERISTIC, kindsOfRole, type Role, SDH_CHARACTERISTICS } from '../media/roles.ts';
import { soundUse } from '../media/sound-use.ts';
import { type DeclaredUse, textUse } from '../media/text-use.ts';
import { describeTrack, type Track, type TrackKind } from '../media/track.ts';
import type { InputInfo } from './presentation.ts';
import type { DeclaredFacts } from './track-choice.ts';

/** What is said of an input is said of the first of these kinds that is taken of it: sound stands behind pictures of its own name. */
const SUBJECTS = ['audio', 'text', 'video'] as const satisfies readonly TrackKind[];

const isOfText = (role: Role): boolean => kindsOfRole(role).every((kind) => kind === 'text');

/**
 * The tracks of an input with what the config says of them: of audio; where none is taken of text; where neither of video.
 * `forced`, `sdh` and the roles of text are always said of text, `score` of video.
 * @throws PackagerError INVALID_OPTION for what fits none of them, or one label for several languages
 */
export function withDeclaredFacts(input: InputInfo, tracks: readonly Track[]): readonly Track[] {
  const facts = input.choice;
  if (facts === undefined) return tracks;
  const subject = SUBJECTS.find((kind) => tracks.some((track) => track.kind === kind));
  requireFitting(input, facts, tracks);
  if (facts.label !== undefined) requireOneLanguage(input, facts.label, tracks, subject);
  const first = tracks.find(({ kind }) => kind === subject);
  return tracks.map((track) => {
    const isSubject = track.kind === subject;
    const isText = track.kind === 'text';
    const own: DeclaredFacts = {
      // Pictures are not chosen by their language.
      language: isSubject && track.kind !== 'video' ? facts.language : undefined,
      label: isSubject ? facts.label : undefined,
      characteristics: isSubject ? facts.characteristics : undefined,
      roles: rolesFor(track, isSubject, facts),
      forced: isText ? facts.forced : undefined,
      sdh: isText ? facts.sdh : undefined,
      score: track.kind === 'video' ? facts.score : undefined,
      // Of several languages the first: the others are for those who choose them.
      default:
        isSubject && (facts.default !== true || sameProgramme(track, first)) ? facts.default : undefined,
    };
    return Object.values(own).some((fact) => fact !== undefined) ? described(track, own) : track;
  });
}

/** Of the roles that the config gives those that are for a track; `undefined`: none. */
function rolesFor(
  { kind }: Track,
  isSubject: boolean,
  { roles = [] }: DeclaredFacts,
): readonly Role[] | undefined {
  const own = roles.filter(
    (role) => kindsOfRole(role).includes(kind) && (isSubject || (kind === 'text' && isOfText(role))),
  );
  return own.length > 0 ? own : undefined;
}

const sameProgramme = (track: Track, first: Track | undefined): boolean =>
  first !== undefined && canonicalLanguage(track.language) === canonicalLanguage(first.language);

/** A track with what is said of it, and what follows from that: each fact once, wherever manifests look for it. */
function described(track: Track, facts: DeclaredFacts): Track {
  const { language = track.language, label = track.label } = facts;
  const denied = new Set(facts.forced === false ? ['forced-subtitle'] : []);
  if (facts.sdh === false) for (const name of ['caption', ...SDH_CHARACTERISTICS]) denied.add(name);
  // A file's word that sound describes the pictures goes with its role.
  if (track.kind === 'audio' && facts.roles !== undefined) denied.add(CHARACTERISTIC.describesVideo);
  const allowed = (names: readonly string[] | undefined) => names?.filter((name) => !denied.has(name));
  const use = {
    roles: facts.roles ?? allowed(track.roles),
    characteristics: facts.characteristics ?? allowed(track.characteristics),
  };
  const isDefault = facts.default ?? track.isDefault;
  const said = {
    language,
    ...(label !== undefined && { label }),
    ...(isDefault !== undefined && { isDefault }),
  };
  const { score } = facts;
  if (track.kind === 'video' && score !== undefined)
    return { ...track, ...said, ...shownUse(track, use), score };
  if (track.kind !== 'text') {
    const { roles: _roles, characteristics: _characteristics, ...rest } = track;
    return { ...rest, ...said, ...shownUse(track, use) };
  }
  const { isForced, roles: _roles, characteristics: _characteristics, ...rest } = track;
  return {
    ...rest,
    // It may be a method of a class, which a copy does not have.
    read: () => track.read(),
    ...said,
    ...textUse({ ...use, isForced: facts.forced ?? isForced, isSdh: facts.sdh }),
  };
}

/** Of pictures and sound. */
function shownUse({ kind }: Track, use: DeclaredUse): Pick<Track, 'roles' | 'characteristics'> {
  if (kind === 'audio') return soundUse(use);
  const { roles = [], characteristics = [] } = use;
  return {
    ...(roles.length > 0 && { roles: [...new Set(roles)] }),
    ...(characteristics.length > 0 && { characteristics: [...new Set(characteristics)] }),
  };
}

function requireFitting(input: InputInfo, facts: DeclaredFacts, tracks: readonly Track[]): void {
  const kinds = new Set(tracks.map(({ kind }) => kind));
  const said = [
    ...(facts.roles ?? []).map((role) => ({ what: `the role "${role}"`, kinds: kindsOfRole(role) })),
    ...(facts.forced ? [{ what: '`forced`', kinds: ['text' as const] }] : []),
    ...(facts.sdh ? [{ what: '`sdh`', kinds: ['text' as const] }] : []),
    ...(facts.score !== undefined ? [{ what: 'a `score`', kinds: ['video' as const] }] : []),
  ];
  const wrong = said.find((one) => !one.kinds.some((kind) => kinds.has(kind)));
  if (wrong)
    throw fail.invalidOption(
      `${input.path}: the config gives it ${wrong.what}, which is for ${wrong.kinds.join(' or ')}.`,
      `What is taken of it: ${tracks.map(describeTrack).join(', ')}.`,
    );
}

function requireOneLanguage(
  input: InputInfo,
  label: string,
  tracks: readonly Track[],
  subject: TrackKind | undefined,
): void {
  const named = tracks.filter(({ kind }) => kind === subject);
  const languages = [...new Set(named.map(({ language }) => canonicalLanguage(language)))];
  if (subject === 'video' || languages.length < 2 || input.choice?.language !== undefined) return;
  throw fail.invalidOption(
    `${input.path}: the config calls tracks in ${languages.length} languages "${label}" (${languages.join(', ')}).`,
    'Give the file once for each of them: { file, video: false, audio: [language], label }.',
  );
}
