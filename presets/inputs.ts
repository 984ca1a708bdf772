/** What inputs are read with, and from where beside the local disk (and where outputs go beside it), in all presets. */
export const INPUTS = ['demux-mp4', 'demux-mkv-ts', 'demux-text', 'source-http', 'store-s3'] as const;
