import type { Finding } from '../findings/finding.ts';
import { finding } from '../findings/make.ts';
import type { SourceTrack } from '../model/source-title.ts';
import { spokenLanguage } from '../model/spoken-language.ts';

/** Who is asked for the language of a rendition. */
export interface Languages {
  readonly rendition: string;
  /** As the manifest says it; and as the media do, which have nobody to be held to but the manifest. */
  readonly listed: string | undefined;
  readonly coded: string | undefined;
}

/** Hold the language of media that say none, such as WebVTT, to the source: what the manifest says of them nothing else can tell. */
export function compareLanguage({ rendition, listed, coded }: Languages, source: SourceTrack): Finding[] {
  const [said, wanted] = [spokenLanguage(listed), spokenLanguage(source.language)];
  if (spokenLanguage(coded) !== undefined || said === undefined || wanted === undefined || said === wanted)
    return [];
  return [
    finding(
      'LANGUAGE',
      { file: rendition, rendition },
      `${rendition}: the manifest says the language ${listed}, and ${source.name} has ${source.language}.`,
      { expected: source.language, found: listed! },
    ),
  ];
}
