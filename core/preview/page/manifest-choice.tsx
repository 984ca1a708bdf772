import type { PreviewManifest } from '../api.ts';

interface ManifestChoiceProps {
  readonly manifests: readonly PreviewManifest[];
  readonly chosen: PreviewManifest | undefined;
  readonly onChoose: (manifest: PreviewManifest) => void;
}

const KINDS = { mpd: 'DASH', hls: 'HLS' } as const;

/** The manifests of the package: one of them plays. */
export function ManifestChoice({ manifests, chosen, onChoose }: ManifestChoiceProps) {
  return (
    <fieldset class="manifests">
      <legend class="unseen">Manifest</legend>
      {manifests.map((manifest) => (
        <label key={manifest.path}>
          <input
            class="unseen"
            type="radio"
            name="manifest"
            value={manifest.path}
            checked={manifest.path === chosen?.path}
            onChange={() => onChoose(manifest)}
          />
          <span class="kind">{KINDS[manifest.kind]}</span>
          <span class="path">{manifest.path}</span>
        </label>
      ))}
    </fieldset>
  );
}
