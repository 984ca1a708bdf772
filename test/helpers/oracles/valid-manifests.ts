import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { FileParts, faultsOf } from './file-parts.ts';
import { mpdFaults } from './valid-mpd.ts';
import { type CheckedPlaylist, checkPlaylist } from './valid-playlists.ts';
import { presentationFaults } from './valid-presentation.ts';
import { fileComplaints, MPD_SCHEMA } from './xmllint.ts';

/** What is wrong with the manifests below a folder, each by itself, together, and with what they address. */
export async function manifestFaults(folder: string): Promise<string[]> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => join(folder, path));
  const files = new FileParts();
  try {
    const faults: string[] = [];
    for (const path of paths.filter((name) => name.endsWith('.mpd'))) {
      const complaint = await fileComplaints(path, MPD_SCHEMA);
      faults.push(...(complaint === '' ? [] : [complaint]), ...faultsOf(path, () => mpdFaults(path, files)));
    }
    const playlists = new Map<string, CheckedPlaylist>();
    for (const path of paths.filter((name) => name.endsWith('.m3u8')))
      playlists.set(path, checkPlaylist(path, files));
    for (const [path, playlist] of playlists) {
      const all = faultsOf(path, () => [...playlist.faults, ...presentationFaults(playlist, playlists)]);
      faults.push(...all);
    }
    return faults.map((fault) => fault.replaceAll(`${folder}/`, ''));
  } finally {
    files.close();
  }
}

/** Assert that every MPD and every playlist below a folder is what its standard says. */
export async function assertManifests(folder: string): Promise<void> {
  assert.equal(await manifestFaults(folder), [], 'manifests are valid');
}
