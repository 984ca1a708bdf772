import type { DrmSystem, Plugin } from '../../core/index.ts';
import {
  createCencProtector,
  dashManifest,
  planTracks,
  pssh,
  writeFragmentedMp4,
  xml,
} from '../../core/kit.ts';

const ACME = 'a0c3e000-1234-4567-89ab-0123456789ab';

/** A DRM system that nobody has heard of: a `pssh` box and an element in the MPD. */
export const acme = (service: string): DrmSystem => ({
  name: 'acme',
  pssh: ({ contentId }) => [pssh(ACME, Buffer.from(contentId))],
  contentProtection: () => xml('ContentProtection', { schemeIdUri: `urn:uuid:${ACME}` }, service),
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
      mode.encrypt.tap(name, ({ track, key, unit }, run) => {
        return track && createCencProtector({ track, key, iv: run.random(unit.id, 8) });
      });
      mode.segment.tapPromise(name, (job) => {
        const context = { contentId: job.run.contentId, keys: [job.key], scheme: 'cenc' } as const;
        return writeFragmentedMp4(job, {
          files: 'many',
          path: job.unit.id,
          encryption: { scheme: 'cenc', keyId: job.key.id, perSampleIvSize: 8 },
          pssh: systems.flatMap((system) => system.pssh?.(context) ?? []),
        });
      });
      mode.emitManifest.tapPromise(name, ({ run, presentation, output, ...job }) => {
        const title = { contentId: run.contentId, duration: presentation.grid.duration };
        const mpd = dashManifest({ ...job, ...title, scheme: 'cenc', systems, layout: 'segments' });
        return output.write('acme.mpd', mpd);
      });
    },
  };
}
