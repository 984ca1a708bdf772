import type { ContentKey, Plugin } from '../../core/index.ts';
import {
  carriesProtectable,
  cencEncryption,
  createCencProtector,
  dashManifest,
  firstIv,
  planTracks,
  psshBoxes,
  type RenditionResult,
  resolveDrmSystems,
  writeFragmentedMp4,
} from '../../core/kit.ts';

/** A rendition, for a player of one's own that feeds segments to Media Source Extensions. */
const listed = ({ unit, tracks: [track], timescale, init, segments }: RenditionResult) => ({
  id: unit.id,
  type: `${track?.kind}/mp4; codecs="${track?.codecs}"`,
  init: init?.path,
  segments: segments.paths.map((path, n) => ({
    path,
    start: segments.starts[n]! / timescale,
    seconds: segments.durations[n]! / timescale,
  })),
});

/** One set of segments with two manifests: an MPD for anybody's player, and an index in JSON for one's own. */
export function webMode(): Plugin {
  const name = 'mode-web';
  const scheme = 'cenc';
  return {
    name,
    apply(packager) {
      const systems = resolveDrmSystems(['common', 'widevine']);
      const mode = packager.mode({
        ...{ name: 'web', title: 'Web', scheme, protects: 'samples' },
        carries: carriesProtectable,
        systemIds: systems.flatMap(({ systemId }) => systemId ?? []),
        folder: () => 'web',
        plan: planTracks,
      });
      mode.encrypt.tap(name, (request, run) => {
        const { track, key } = request;
        return track && createCencProtector({ track, key, iv: firstIv(request, run) });
      });
      mode.segment.tapPromise(name, (job) => {
        const { run, unit } = job;
        const pssh = (keys: readonly ContentKey[]) =>
          psshBoxes(systems, { contentId: run.contentId, keys, scheme });
        const path = `tracks/${unit.id}`;
        const encryption = ({ id }: ContentKey) => cencEncryption(id);
        return writeFragmentedMp4(job, { files: 'many', path, encryption, pssh });
      });
      mode.emitManifest.tapPromise(name, async ({ run, renditions, presentation, keys, output }) => {
        const { contentId } = run;
        const { duration } = presentation.grid;
        const mpd = { renditions, duration, contentId, keys, scheme, systems, layout: 'segments' } as const;
        await output.write('index.mpd', dashManifest(mpd));
        const index = {
          contentId,
          keyIds: keys.distinct.map(({ uuid }) => uuid),
          duration,
          tracks: renditions.map(listed),
        };
        await output.write('index.json', JSON.stringify(index, undefined, 2));
      });
    },
  };
}
