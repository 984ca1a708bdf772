import type { TextTrack } from '../../../core/kit.ts';
import type { Cue, TextDocument } from '../../../core/text/cue.ts';

/** A document of these cues. */
export const madeText = (cues: readonly Cue[] = []): TextDocument => ({
  ...{ format: 'webvtt', cues, styles: [], regions: [], notices: [] },
});

/** What a text track says beside its facts: these cues, in the time of its title. */
export const saying = (...cues: readonly Cue[]): Pick<TextTrack, 'clock' | 'read'> => ({
  clock: 'title',
  read: async () => madeText(cues),
});
