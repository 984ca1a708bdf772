/** Why bytes are no image that players show: the end of a sentence that begins with `it`. */
export class BadImage extends Error {}

/** Size of an image, in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}
