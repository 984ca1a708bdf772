import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { FileParts, faultsOf } from './file-parts.ts';
import { mpdFaults } from './valid-mpd.ts';
import { type CheckedPlaylist, checkPlaylist } from './valid-playlists.ts';
import { presentationFaults } from './valid-presentation.ts';
import { MPD_SCHEMA, xmlComplaints } from './xmllint.ts';

/**
 * What is wrong with the manifests below a folder, each by itself, together, and with what they address.
 * @param places base URLs that stand for the folder
 */
export async function manifestFaults(folder: string, places: readonly string[] = []): Promise<string[]> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => join(folder, path));
  const files = new FileParts();
  try {
    const faults: string[] = [];
    for (const path of paths.filter((name) => name.endsWith('.mpd'))) {
      const complaint = await mpdComplaints(readFileSync(path, 'utf8'));
      faults.push(...(complaint === '' ? [] : [complaint]), ...faultsOf(path, () => mpdFaults(path, files)));
    }
    const playlists = new Map<string, CheckedPlaylist>();
    for (const path of paths.filter((name) => name.endsWith('.m3u8')))
      playlists.set(path, checkPlaylist(path, files));
    for (const [path, playlist] of playlists) {
      const fileOf = (uri: string): string => {
        const place = places.find((one) => uri.startsWith(one));
        const [root, name] = place === undefined ? [dirname(path), uri] : [folder, uri.slice(place.length)];
        return join(root, decodeURIComponent(name));
      };
      const all = faultsOf(path, () => [
        ...playlist.faults,
        ...presentationFaults(playlist, playlists, fileOf),
      ]);
      faults.push(...all);
    }
    return faults.map((fault) => fault.replaceAll(`${folder}/`, ''));
  } finally {
    files.close();
  }
}

/** The element of content steering, which came with the sixth edition: last of an MPD that has nothing else behind its periods. */
const STEERING =
  /\n {2}<ContentSteering( defaultServiceLocation="[\w.-]+")?>https?:[^<]*<\/ContentSteering>(?=\n<\/MPD>\n$)/;

/** By MPEG's schema of the fifth edition. */
const mpdComplaints = (mpd: string): Promise<string> => xmlComplaints(mpd.replace(STEERING, ''), MPD_SCHEMA);

/** Assert that every MPD and every playlist below a folder is what its standard says. @param places base URLs that stand for the folder */
export async function assertManifests(folder: string, places: readonly string[] = []): Promise<void> {
  assert.equal(await manifestFaults(folder, places), [], 'manifests are valid');
}
