/** What inputs are read with, and from where beside the local disk, in all presets. */
export const INPUTS = ['demux-mp4', 'demux-mkv-ts', 'demux-text', 'source-http'] as const;
