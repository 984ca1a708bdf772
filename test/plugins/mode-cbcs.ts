import type { DrmContext, Plugin } from '../../core/index.ts';
import {
  CBCS_CARRIAGE,
  cbcsEncryption,
  createCbcsProtector,
  dashManifest,
  psshBoxes,
  resolveDrmSystems,
  writeFragmentedMp4,
} from '../../core/kit.ts';

/** DASH with the `cbcs` scheme, made of the building blocks that a CMAF mode will use: to test them as a whole. */
export function cbcsMode(): Plugin {
  const name = 'mode-cbcs';
  const systems = resolveDrmSystems(['common', 'widevine', 'playready', 'clearkey']);
  return {
    name,
    apply(packager) {
      const mode = packager.mode({
        name: 'cbcs',
        title: 'DASH cbcs',
        scheme: 'cbcs',
        protects: 'samples',
        ...CBCS_CARRIAGE,
        folder: () => 'cbcs',
      });
      mode.encrypt.tap(name, ({ track, key }, run) => {
        if (track === undefined) return undefined;
        return createCbcsProtector({
          ...{ track, key },
          iv: key.requireIv('cbcs'),
          warn: (message) => run.warn(message),
        });
      });
      mode.segment.tapPromise(name, (job) => {
        const { keys, tracks } = job;
        const key = keys.only;
        const context: DrmContext = { contentId: job.run.contentId, keys: [key], scheme: 'cbcs' };
        return writeFragmentedMp4(job, {
          files: 'one',
          index: true,
          path: `media-${job.unit.id}`,
          encryption: cbcsEncryption(tracks[0]?.track.kind ?? 'video', key.id, key.requireIv('cbcs')),
          pssh: psshBoxes(systems, context),
        });
      });
      mode.emitManifest.tapPromise(name, ({ run, presentation, output, keys, ...job }) => {
        const title = { contentId: run.contentId, duration: presentation.grid.duration, key: keys.only };
        const mpd = dashManifest({ ...job, ...title, scheme: 'cbcs', systems, layout: 'single-file' });
        return output.write('stream.mpd', mpd);
      });
    },
  };
}
