import { guideTitle } from './guide-titles.ts';
import { LARGE_TITLES, MADE_TITLES, REAL_TITLES } from './matrix-titles.ts';
import { optionsTitle, startTitle } from './sample-titles.ts';
import type { RecordedGroup } from './title.ts';

/** The committed sample: compared on every machine. */
export const SAMPLE_GROUP: RecordedGroup = {
  name: 'sample',
  titles: [startTitle(0), optionsTitle, guideTitle],
  isCommitted: true,
};

export const MADE_GROUP: RecordedGroup = { name: 'made', titles: MADE_TITLES, every: 7 };

export const LARGE_GROUP: RecordedGroup = { name: 'large', titles: LARGE_TITLES, every: 12 };

export const REAL_GROUP: RecordedGroup = { name: 'real', titles: REAL_TITLES, every: 5, isOptional: true };

/** Everything that is recorded. */
export const GROUPS: readonly RecordedGroup[] = [SAMPLE_GROUP, MADE_GROUP, LARGE_GROUP, REAL_GROUP];
