import { fail } from '../base/errors.ts';
import type { ModeDefinition } from '../contract/packager.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import { shownReference } from '../io/reference.ts';
import type { TitleDetails } from '../media/title-details.ts';
import { detailFaults, detailFaultsOf } from '../title/detail-faults.ts';
import type { Presentation } from '../title/presentation.ts';

type Detailed = Pick<TitleOptions, 'details'>;

/**
 * Look at the details of a title, which may have come past the check of a config.
 * @throws PackagerError INVALID_OPTION for what does not go together, or not with the title
 */
export function requireDetails({ details }: Detailed, title: Pick<Presentation, 'grid' | 'markers'>): void {
  const [fault] = details ? [...detailFaults(details), ...detailFaultsOf(details, title)] : [];
  if (fault !== undefined) throw fail.invalidOption(fault);
}

/** What no manifest of a title will say, though the config does; of modes that do not say what they deliver nobody knows. */
export function detailNotices({ details = {} }: Detailed, modes: readonly ModeDefinition[]): string[] {
  const formats = new Set(modes.flatMap(({ delivers }) => delivers?.map(({ manifest }) => manifest) ?? []));
  if (formats.size === 0 || modes.some(({ carries, delivers }) => carries && !delivers)) return [];
  const { information = [], sessionData, start } = details;
  const forPeople = information.some(
    ({ source, copyright, moreInformationUrl }) => source ?? copyright ?? moreInformationUrl,
  );
  return [
    ...(sessionData && !formats.has('hls') ? ['`sessionData` is for HLS: an MPD has no word for it.'] : []),
    ...(start && !formats.has('hls')
      ? [
          `\`start\` is for HLS: an MPD has no word for it, players take #t=${start.offset} at the end of its address.`,
        ]
      : []),
    ...(forPeople && !formats.has('dash')
      ? ['Of `information` HLS has the title alone: source, copyright and address are for MPDs.']
      : []),
  ];
}

/** Details as plans show them: queries of URLs may be tokens. */
export const shownDetails = ({
  information,
  sessionData,
  baseUrls,
  steering,
  ...own
}: TitleDetails): TitleDetails => ({
  ...own,
  ...(information && {
    information: information.map(({ moreInformationUrl: url, ...text }) => ({
      ...text,
      ...(url !== undefined && { moreInformationUrl: shownReference(url) }),
    })),
  }),
  ...(sessionData && {
    sessionData: sessionData.map(({ uri, ...text }) => ({
      ...text,
      ...(uri !== undefined && { uri: shownReference(uri) }),
    })),
  }),
  ...(baseUrls && { baseUrls }),
  ...(steering && { steering: { ...steering, server: shownReference(steering.server) } }),
});
