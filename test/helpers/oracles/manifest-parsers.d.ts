/** The parts of two untyped packages that the tests use. */

interface ParsedRange {
  readonly length: number;
  readonly offset: number;
}

interface ParsedSegment {
  readonly uri: string;
  readonly resolvedUri: string;
  readonly duration: number;
  readonly number: number;
  readonly presentationTime: number;
  readonly byterange?: ParsedRange;
  readonly key?: { readonly method: string; readonly uri: string; readonly iv?: Uint32Array };
  readonly map?: { readonly uri: string; readonly resolvedUri: string; readonly byterange?: ParsedRange };
}

interface ParsedAttributes {
  readonly RESOLUTION?: { readonly width: number; readonly height: number };
  readonly BANDWIDTH?: number;
  readonly [name: string]: unknown;
}

interface ParsedPlaylist {
  readonly uri: string;
  readonly resolvedUri: string;
  readonly attributes: ParsedAttributes;
  readonly segments: readonly ParsedSegment[];
  readonly sidx?: { readonly byterange: ParsedRange; readonly map: ParsedSegment };
  readonly contentProtection?: Readonly<
    Record<string, { readonly attributes: Record<string, string>; readonly pssh?: Uint8Array }>
  >;
}

interface ParsedMediaGroup {
  readonly default: boolean;
  readonly language?: string;
  readonly uri?: string;
  readonly playlists?: readonly ParsedPlaylist[];
}

interface ParsedManifest {
  readonly playlists: readonly ParsedPlaylist[];
  readonly iFramePlaylists: readonly ParsedPlaylist[];
  readonly mediaGroups: { readonly AUDIO: Readonly<Record<string, Record<string, ParsedMediaGroup>>> };
  readonly segments: readonly ParsedSegment[];
  readonly duration: number;
  readonly version: number;
  readonly targetDuration: number;
  readonly mediaSequence: number;
  readonly playlistType: string;
  readonly endList: boolean;
  readonly iFramesOnly?: boolean;
  readonly independentSegments?: boolean;
  readonly contentProtection?: Readonly<Record<string, { readonly attributes: Record<string, string> }>>;
}

declare module 'mpd-parser' {
  export function parse(text: string, options: { manifestUri: string }): ParsedManifest;
}

declare module 'm3u8-parser' {
  export class Parser {
    readonly manifest: ParsedManifest;
    push(text: string): void;
    end(): void;
    on(event: 'warn', listener: (warning: { message: string }) => void): void;
  }
}
