/** What reads the inputs, in all presets. */
export const DEMUXERS = ['demux-mp4', 'demux-mkv-ts', 'demux-text'] as const;
