import type { TextDocument } from '../cue.ts';
import { CueList, checkCrowd } from '../cue-list.ts';
import { ColourClasses } from '../webvtt/colours.ts';

/** Cues of SubRip as they are read, from a file or from blocks of a container, and what their text cannot keep. */
export class SubripCues {
  readonly list: CueList;
  readonly colours = new ColourClasses();
  readonly lost = new Set<string>();

  /** @param from as `CueList` has it */
  constructor(from = 0) {
    this.list = new CueList(from);
  }

  /**
   * @param notices what is to be said beside what the list says
   * @throws PackagerError when more is shown at a time than anybody reads
   */
  document(name: string, notices: readonly string[] = []): TextDocument {
    const cues = this.list.cues();
    checkCrowd(cues, name);
    return {
      format: 'srt',
      cues,
      styles: this.colours.styles(),
      regions: [],
      notices: [...notices, ...this.list.notices()],
      lost: [...this.lost],
    };
  }
}
