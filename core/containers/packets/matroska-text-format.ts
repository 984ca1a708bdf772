import { type TextUse, textUse } from '../../media/text-use.ts';
import type { TextTrackInfo } from '../../media/track.ts';
import type { TextBlockFormat } from '../../text/samples/matroska.ts';
import type { MatroskaTextFacts, MatroskaTrack } from '../matroska/track-entries.ts';
import { labelOf, type NamedTrack } from './track-label.ts';

const FORMATS: Readonly<Record<string, TextBlockFormat>> = {
  'S_TEXT/UTF8': 'srt',
  'S_TEXT/ASCII': 'srt',
  'S_TEXT/WEBVTT': 'webvtt',
  'D_WEBVTT/SUBTITLES': 'webm',
  'D_WEBVTT/CAPTIONS': 'webm',
};

/** What cannot be read, by how its CodecID begins, as messages call it. */
const UNREAD: readonly (readonly [RegExp, string])[] = [
  [/^S_(?:TEXT\/)?(?:ASS|SSA)$/, 'in SubStation Alpha, which is not read: convert them to WebVTT or SubRip'],
  [/^S_(?:HDMV\/PGS|VOBSUB|DVBSUB|IMAGE\/)/, 'pictures, which are not read: a title takes texts'],
];

/** How the subtitles of a track are written; else why they cannot be read: `its subtitles are …`. */
export function textBlockFormat({
  codecId,
  isEnabled,
  isEncrypted,
  unknownCompression,
}: MatroskaTrack): { readonly format: TextBlockFormat } | string {
  if (!isEnabled) return 'it is marked as not to be played';
  if (isEncrypted) return 'it is encrypted already';
  if (unknownCompression !== undefined) return `it is compressed with ${unknownCompression}`;
  const format = FORMATS[codecId];
  if (format !== undefined) return { format };
  const [, what = 'in a format that is not read'] = UNREAD.find(([pattern]) => pattern.test(codecId)) ?? [];
  return `its subtitles (${codecId}) are ${what}`;
}

/** What a text track says beside its cues. */
export type MatroskaTextUse = TextUse & Pick<TextTrackInfo, 'language' | 'label' | 'isDefault'>;

/** A track of subtitles. */
type TextEntry = Pick<MatroskaTrack, 'id' | 'codecId' | 'language'> & { readonly text: MatroskaTextFacts };

const named = ({ language, text: { name } }: TextEntry): NamedTrack => ({ language, name });

/** What subtitles of a file are for, by the flags of all of them. */
export function textUses(tracks: readonly TextEntry[]): ReadonlyMap<number, MatroskaTextUse> {
  const chosen = defaultTrack(tracks);
  const uses = tracks.map((track): [number, MatroskaTextUse] => {
    const { id, language, codecId, text } = track;
    const label = labelOf(named(track), tracks.map(named));
    const use = textUse({
      isForced: text.isForced,
      isSdh: text.isHearingImpaired || codecId === 'D_WEBVTT/CAPTIONS',
      roles: [...(text.isCommentary ? ['commentary'] : []), ...(text.isDescription ? ['description'] : [])],
    });
    return [
      id,
      {
        language,
        ...use,
        ...(label !== undefined && { label }),
        ...(track === chosen && { isDefault: true }),
      },
    ];
  });
  return new Map(uses);
}

/**
 * The one to play unless the user chooses. A flag that is missing is set (RFC 9559, 5.1.4.1.5) and most writers set all of them, so
 * only one that stands apart says something: by being written, or by being the only one that is not taken away.
 */
function defaultTrack(tracks: readonly TextEntry[]): TextEntry | undefined {
  const [first, ...others] = tracks.filter(({ text }) => text.isDefault !== false);
  const isSaid = first?.text.isDefault === true || tracks.length > 1;
  return others.length === 0 && isSaid ? first : undefined;
}
