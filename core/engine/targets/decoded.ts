import { codecOf } from '../../codecs/built-in.ts';
import type { Delivery } from '../../contract/delivery.ts';
import type { Decoder, Target } from '../../contract/target.ts';
import { type CodedKind, type CodedTrack, codecFamily } from '../../media/track.ts';
import { CONTAINER, listed } from './words.ts';

/** Why a target does not decode a track: completes "it …". @param container `undefined`: whichever it is in */
export function whyNotDecoded(
  { decodes }: Pick<Target, 'decodes'>,
  track: CodedTrack,
  container?: Delivery['container'],
): string | undefined {
  const decoders = decodes?.[track.kind];
  if (!decoders) return undefined;
  const name = decodedName(track);
  const own = decoders.filter(({ codec }) => codec === name);
  if (own.length === 0) return `does not decode ${name}`;
  const here = own.filter(({ containers }) => !container || (containers?.includes(container) ?? true));
  if (here.length === 0) {
    const known = own.flatMap(({ containers = [] }) => containers.map((each) => CONTAINER[each]));
    return `decodes ${name} in ${listed(known, 'and')}, not in ${CONTAINER[container!]}`;
  }
  const everywhere = here.filter(({ only }) => only === undefined);
  if (everywhere.length === 0) {
    const known = here.flatMap(({ only = [] }) => only);
    return `decodes ${name} in some models alone: ${listed(known, 'and')}`;
  }
  if (everywhere.some((decoder) => isInside(track, decoder))) return undefined;
  return `decodes ${name} up to ${listed(everywhere.map(sizeOf), 'or')}, not ${pictureOf(track)}`;
}

/** What to encode tracks of a kind as: completes "Encode the video …". */
export function encodeAs(
  { decodes }: Pick<Target, 'decodes'>,
  kind: CodedKind,
  container?: Delivery['container'],
): string {
  const decoders = (decodes?.[kind] ?? []).filter(
    ({ only, containers }) => only === undefined && (!container || (containers?.includes(container) ?? true)),
  );
  const words = decoders.map((decoder) =>
    decoder.width === undefined ? decoder.codec : `${decoder.codec} of at most ${sizeOf(decoder)}`,
  );
  return `as ${listed(words, 'or')}`;
}

/**
 * What decoders are called for it. A sample entry of Dolby Vision means that no other decoder will do: what others play too has a
 * plain one (Dolby Vision Streams Within the ISO Base Media File Format).
 */
function decodedName(track: CodedTrack): string {
  const codec = codecOf(track);
  if (Object.values(codec?.dolbyVision ?? {}).includes(track.entry)) return 'Dolby Vision';
  return codecFamily(track) === 'xhe-aac' ? 'xHE-AAC' : (codec?.name ?? track.codecs);
}

/** Limits are those of a picture on its side too: they are of lines and of memory, which are the same. */
function isInside(track: CodedTrack, { width = Infinity, height = Infinity }: Decoder): boolean {
  if (track.kind !== 'video') return true;
  const { width: w, height: h } = track.video;
  return Math.max(w, h) <= Math.max(width, height) && Math.min(w, h) <= Math.min(width, height);
}

const sizeOf = ({ width, height }: Decoder): string => `${width ?? 'any'}x${height ?? 'any'}`;

const pictureOf = (track: CodedTrack): string =>
  track.kind === 'video' ? `${track.video.width}x${track.video.height}` : track.codecs;
