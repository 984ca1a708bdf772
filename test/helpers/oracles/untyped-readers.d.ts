/** The parts of two untyped packages that read subtitles in tests. */

declare module 'webvtt-parser' {
  interface ParsedNode {
    readonly type: string;
    readonly value?: string;
    readonly children?: readonly ParsedNode[];
  }

  interface ParsedCue {
    readonly id: string;
    /** Seconds. */
    readonly startTime: number;
    readonly endTime: number;
    readonly tree: ParsedNode;
  }

  class WebVTTParser {
    constructor(entities?: Readonly<Record<string, string>>);
    parse(
      text: string,
      mode: 'metadata' | 'subtitles/captions/descriptions',
    ): {
      readonly cues: readonly ParsedCue[];
      readonly errors: readonly { readonly message: string; readonly line: number }[];
    };
  }

  const webvtt: { readonly WebVTTParser: typeof WebVTTParser };
  export default webvtt;
}

declare module 'imsc/src/main/js/doc.js' {
  interface Content {
    readonly kind: string;
    readonly text?: string;
    /** Seconds of the document. */
    readonly begin: number;
    readonly end: number;
    readonly contents?: readonly Content[];
  }

  interface Complaints {
    warn(message: string): boolean;
    error(message: string): boolean;
    fatal(message: string): boolean;
  }

  const doc: { fromXML(text: string, complaints?: Complaints): { readonly body: Content | null } | null };
  export default doc;
}
