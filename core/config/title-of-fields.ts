import { resolve } from 'node:path';
import { defined } from '../base/defined.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import type { TitleDetails } from '../media/title-details.ts';
import type { TrackChoice } from '../title/track-choice.ts';
import { captionsOf } from './caption-schema.ts';
import { markersOf } from './marker-schema.ts';
import { thumbnailsOf } from './thumbnail-schema.ts';
import type { ConfigFields, Input, InputOptions } from './types.ts';

/**
 * What the engine works with, of the sound fields of a config: with defaults for those that are missing.
 * @param base where the output is, unless it is said
 */
export function titleOf(
  fields: Omit<ConfigFields, 'plugins'>,
  details: TitleDetails | undefined,
  base: string,
): TitleOptions {
  const { inputs = [] } = fields;
  return {
    contentId: fields.contentId,
    inputs: inputs.map((input) => fileOf(input)),
    choices: inputs.map((input) =>
      typeof input === 'string' || input instanceof URL ? undefined : choiceOf(input),
    ),
    output: fields.output ?? resolve(base, 'out'),
    modes: fields.modes,
    segmentDuration: fields.segmentDuration ?? 6,
    clear: fields.clear ?? [],
    keys: fields.keys,
    keyRotation: fields.keyRotation,
    clearLead: fields.clearLead,
    ...(fields.captions !== undefined && { captions: captionsOf(fields.captions) }),
    ...(fields.markers !== undefined && {
      markers: typeof fields.markers === 'string' ? fields.markers : markersOf(fields.markers),
    }),
    ...(fields.thumbnails !== undefined && { thumbnails: thumbnailsOf(fields.thumbnails) }),
    ...(fields.trickPlay && { trickPlay: true }),
    ...(details && { details }),
    ...(fields.targets && { targets: fields.targets.filter((target) => typeof target !== 'string') }),
    overwrite: fields.overwrite ?? false,
    ...(fields.verify && { verify: true }),
    ...(fields.receipt !== undefined && { receipt: fields.receipt }),
    workers: fields.workers,
    ...(fields.priority !== undefined && { priority: fields.priority }),
    reproducible: fields.reproducible,
  };
}

const fileOf = (input: Input): string => {
  const path = typeof input === 'string' || input instanceof URL ? input : input.file;
  return String(path);
};

function choiceOf({ video, audio, language, roles, characteristics, ...more }: InputOptions): TrackChoice {
  const { label, default: isDefault, forced, sdh, score, trickPlay } = more;
  const picks = typeof audio === 'string' || typeof audio === 'number' ? [audio] : audio;
  const said = defined({
    roles: typeof roles === 'string' ? [roles] : roles,
    label,
    characteristics: typeof characteristics === 'string' ? [characteristics] : characteristics,
    default: isDefault,
    forced,
    sdh,
    trickPlay: trickPlay || undefined,
    score,
  });
  return { video, audio: picks, language, ...said };
}
