import type { Carriage } from '../contract/packager.ts';
import { isSameTrack, type UnitPlan } from '../contract/unit-plan.ts';
import { bitRate } from '../title/bit-rate.ts';
import type { Presentation } from '../title/presentation.ts';
import { audioGroups } from './hls-audio-groups.ts';
import { type PairingOptions, pairVariants } from './hls-pairing.ts';

/** The same way of a mode, whose titles are refused before a byte is written where their variants cannot be listed (`pairVariants`). */
export const withVariantsChecked = <T extends Carriage>(carriage: T, options: PairingOptions): T => ({
  ...carriage,
  plan(presentation, labelOf) {
    const units = carriage.plan(presentation, labelOf);
    checkVariants(presentation, units, options);
    return units;
  },
});

function checkVariants(
  { video, audio }: Presentation,
  units: readonly UnitPlan[],
  options: PairingOptions,
): void {
  const pictures = video.map(({ track }) => track);
  if (pictures.length === 0) return;
  const sounds = audio.map(({ track }) => track);
  const isMuxed = (sound: (typeof sounds)[number]) =>
    units.some(
      ({ tracks }) =>
        tracks.some((ref) => isSameTrack(ref, sound)) &&
        tracks.some((ref) => pictures.some((picture) => isSameTrack(ref, picture))),
    );
  const beside = sounds.filter((sound) => !isMuxed(sound)).map((track) => ({ track }));
  const groups = audioGroups(sounds.filter(isMuxed), beside);
  const factsOf = (picture: (typeof pictures)[number]) => ({
    height: picture.video.height,
    rate: bitRate(picture),
  });
  pairVariants(groups, pictures, factsOf, options);
}
