import type { TrackKind } from './track.ts';

/** Values of `urn:mpeg:dash:role:2011` (ISO/IEC 23009-1, 5.8.5.5) that a config may give a track, each with the kinds that it is for. */
export const ROLES = {
  main: ['video', 'audio', 'text'],
  alternate: ['video', 'audio', 'text'],
  commentary: ['video', 'audio', 'text'],
  dub: ['audio'],
  description: ['audio', 'text'],
  supplementary: ['video', 'audio', 'text'],
  subtitle: ['text'],
  caption: ['text'],
  'forced-subtitle': ['text'],
} as const satisfies Readonly<Record<string, readonly TrackKind[]>>;

/** What a track is for. */
export type Role = keyof typeof ROLES;

/** The kinds of tracks that a role is for. */
export const kindsOfRole = (role: Role): readonly TrackKind[] => ROLES[role];

/** What characteristics say that manifests and choices ask for by name. */
export const CHARACTERISTIC = {
  describesVideo: 'public.accessibility.describes-video',
  transcribesDialog: 'public.accessibility.transcribes-spoken-dialog',
  describesSound: 'public.accessibility.describes-music-and-sound',
  enhancesSpeech: 'public.accessibility.enhances-speech-intelligibility',
  isOriginal: 'public.original-content',
} as const;

/** Subtitles for the deaf and hard of hearing: both (HLS Authoring Specification for Apple Devices, 4.5). */
export const SDH_CHARACTERISTICS: readonly string[] = [
  CHARACTERISTIC.transcribesDialog,
  CHARACTERISTIC.describesSound,
];

/** Names of Apple's that stand in CHARACTERISTICS (RFC 8216bis, 4.4.6.1; AVMediaCharacteristic). Others are of whoever owns their domain. */
export const PUBLIC_CHARACTERISTICS: readonly string[] = [
  ...Object.values(CHARACTERISTIC),
  'public.easy-to-read',
  'public.auxiliary-content',
  'public.main-program-content',
  'public.machine-generated',
  'public.translation',
  'public.translation.dubbed',
  'public.translation.voice-over',
];

/** Roles of what nobody hears or reads unless he has chosen it. */
const AUXILIARY: ReadonlySet<string> = new Set(['alternate', 'commentary', 'description', 'supplementary']);

/** What of a track says whom it is for. */
export interface UseFacts {
  readonly roles?: readonly string[];
  readonly characteristics?: readonly string[];
}

/** Whether a track is for those who have chosen it alone. */
export const isAuxiliary = ({ roles = [], characteristics = [] }: UseFacts): boolean =>
  roles.some((role) => AUXILIARY.has(role)) || characteristics.includes(CHARACTERISTIC.describesVideo);
