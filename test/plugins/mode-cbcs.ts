import type { ContentKey, Plugin } from '../../core/index.ts';
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
        keyRotation: true,
        clearLead: true,
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
        const { run, tracks, unit } = job;
        const [{ track }] = tracks as [(typeof tracks)[number]];
        const encryptionOf = (key: ContentKey) => cbcsEncryption(track.kind, key.id, key.requireIv('cbcs'));
        const { contentId } = run;
        const psshOf = (some: readonly ContentKey[]) =>
          psshBoxes(systems, { contentId, keys: some, scheme: 'cbcs' });
        const place = { files: 'one', index: true, path: `media-${unit.id}` } as const;
        return writeFragmentedMp4(job, {
          ...place,
          encryption: encryptionOf,
          pssh: psshOf,
          keyChange: (key) => ({ encryption: encryptionOf(key), pssh: psshOf([key]) }),
        });
      });
      mode.emitManifest.tapPromise(name, ({ run, presentation, output, keys, ...job }) => {
        const { contentId } = run;
        const title = { contentId, duration: presentation.grid.duration, keys };
        const mpd = dashManifest({ ...job, ...title, scheme: 'cbcs', systems, layout: 'single-file' });
        return output.write('stream.mpd', mpd);
      });
    },
  };
}
