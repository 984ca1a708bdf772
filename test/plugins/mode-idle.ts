import type { Plugin } from '../../core/index.ts';
import {
  dashManifest,
  type Protector,
  planTracks,
  TS_CARRIAGE,
  writeFragmentedMp4,
  writeTsRendition,
} from '../../core/kit.ts';

export interface IdleOptions {
  /** What it says that it does. @default 'cenc' */
  readonly scheme?: string;
  /** What its protector does instead, with every segment. */
  readonly protectSegment?: Protector['protectSegment'];
}

/** A mode whose protector answers, and does nothing or too little: the engine has to find that. */
export function idleMode({
  scheme = 'cenc',
  protectSegment = (segment) => segment,
}: IdleOptions = {}): Plugin {
  const name = 'mode-idle';
  return {
    name,
    apply(packager) {
      const mode = packager.mode({
        name: 'idle',
        title: 'Idle DASH',
        scheme,
        protects: 'samples',
        carries: ['avc1', 'hvc1', 'av01', 'vp09', 'mp4a', 'ac-3', 'Opus'],
        folder: () => 'idle',
        plan: planTracks,
      });
      mode.encrypt.tap(name, () => ({ scheme, protectSegment }));
      mode.segment.tapPromise(name, (job) =>
        writeFragmentedMp4(job, {
          files: 'many',
          path: job.unit.id,
          encryption: ({ id }) => ({ scheme: 'cenc', keyId: id, perSampleIvSize: 8 }),
          pssh: () => [],
        }),
      );
      mode.emitManifest.tapPromise(name, ({ run, presentation, output, keys, ...job }) => {
        const title = { contentId: run.contentId, duration: presentation.grid.duration, keys };
        const mpd = dashManifest({ ...job, ...title, scheme: 'cenc', systems: [], layout: 'segments' });
        return output.write('idle.mpd', mpd);
      });
    },
  };
}

/** The same with finished resources: segments in MPEG-TS. @param update what its cipher makes of a piece */
export function idleResources(update: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes): Plugin {
  const name = 'mode-idle-resources';
  return {
    name,
    apply(packager) {
      const mode = packager.mode({
        name: 'idle-resources',
        title: 'Idle HLS',
        scheme: 'aes-128',
        protects: 'resources',
        ...TS_CARRIAGE,
        folder: () => 'idle',
      });
      mode.encrypt.tap(name, () => ({
        scheme: 'aes-128',
        protectResource: () => ({ update, final: () => new Uint8Array(0) }),
      }));
      mode.segment.tapPromise(name, (job) => writeTsRendition(job, { path: `${job.unit.id}/media` }));
    },
  };
}
