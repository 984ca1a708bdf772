export { clearView } from './clear-view.ts';
export type * from './facts.ts';
export { isMp4 } from './is-mp4.ts';
export { readMp4Layout } from './layout.ts';
export type * from './mp4-file.ts';
export { openMp4 } from './open-mp4.ts';
export { openMp4Rendition } from './open-rendition.ts';
export type { Stretch } from './top-level.ts';
