import type { DrmSystem, Plugin } from '../../core/index.ts';
import {
  contentProtection,
  createCencProtector,
  dashManifest,
  firstIv,
  planTracks,
  pssh,
  psshBoxes,
  writeFragmentedMp4,
  xml,
} from '../../core/kit.ts';

const ACME = 'a0c3e000-1234-4567-89ab-0123456789ab';

/** A DRM system that nobody has heard of: a `pssh` box and an element in the MPD. */
export const acme = (service: string): DrmSystem => ({
  name: 'acme',
  pssh: ({ contentId }) => [pssh(ACME, Buffer.from(contentId))],
  contentProtection: () => contentProtection(ACME, 'acme', [xml('a:u', { 'xmlns:a': 'urn:a' }, service)]),
});

/** A mode that is not among the four: segmented DASH for that one DRM. */
export function acmeMode({ service }: { service: string }): Plugin {
  const name = 'mode-acme';
  const systems = [acme(service)];
  return {
    name,
    apply(packager) {
      const mode = packager.mode({
        name: 'acme',
        title: 'Acme DASH',
        scheme: 'cenc',
        protects: 'samples',
        carries: ['avc1', 'mp4a'],
        folder: () => 'acme',
        plan: planTracks,
      });
      mode.encrypt.tap(name, (request, run) => {
        const { track, key } = request;
        return track && createCencProtector({ track, key, iv: firstIv(request, run) });
      });
      mode.segment.tapPromise(name, (job) => {
        const { contentId } = job.run;
        return writeFragmentedMp4(job, {
          files: 'many',
          path: job.unit.id,
          encryption: ({ id }) => ({ scheme: 'cenc', keyId: id, perSampleIvSize: 8 }),
          pssh: (keys) => psshBoxes(systems, { contentId, keys, scheme: 'cenc' }),
        });
      });
      mode.emitManifest.tapPromise(name, ({ run, presentation, output, keys, ...job }) => {
        const title = { contentId: run.contentId, duration: presentation.grid.duration, keys };
        const mpd = dashManifest({ ...job, ...title, scheme: 'cenc', systems, layout: 'segments' });
        return output.write('acme.mpd', mpd);
      });
    },
  };
}
