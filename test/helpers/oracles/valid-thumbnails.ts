import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { attribute, children, type MpdElement } from './mpd-document.ts';
import { readAttributes } from './playlist-text.ts';

/** What an image begins with (the specification of image playlists asks for that of CODECS, DASH for that of @mimeType). */
const SIGNATURES: Readonly<Record<string, string>> = { jpeg: 'ffd8', png: '89504e470d0a1a0a' };

const formatOf = (path: string): string | undefined => {
  const start = readFileSync(path).toString('hex', 0, 8);
  return Object.keys(SIGNATURES).find((format) => start.startsWith(SIGNATURES[format]!));
};

/** An image of a playlist. */
interface ListedImage {
  readonly path: string;
  readonly seconds: number;
  readonly tiles: Readonly<Record<string, string>>;
}

/** Each URI with the tags in front of it. */
function listedImages(path: string, text: string): ListedImage[] {
  const images: ListedImage[] = [];
  let [seconds, tiles]: [number, Readonly<Record<string, string>>] = [Number.NaN, {}];
  for (const line of text.split('\n')) {
    if (line.startsWith('#EXTINF:')) seconds = Number.parseFloat(line.slice(8));
    if (line.startsWith('#EXT-X-TILES:')) tiles = Object.fromEntries(readAttributes(line.slice(13)) ?? []);
    if (line === '' || line.startsWith('#')) continue;
    images.push({ path: join(dirname(path), decodeURIComponent(line)), seconds, tiles });
    [seconds, tiles] = [Number.NaN, {}];
  }
  return images;
}

/** What is wrong with an image media playlist (Image Media Playlist for HLS 0.4). */
export function imagePlaylistFaults(path: string, text: string): string[] {
  const images = listedImages(path, text);
  const faults: string[] = [];
  if (images.length === 0) faults.push('it has none');
  for (const tag of ['EXT-X-KEY', 'EXT-X-MAP', 'EXT-X-BYTERANGE'])
    if (text.includes(`#${tag}`)) faults.push(`${tag} in a playlist of images`);
  if (!text.includes('\n#EXT-X-PLAYLIST-TYPE:VOD\n') || !text.endsWith('\n#EXT-X-ENDLIST\n'))
    faults.push('it is not said to be complete');
  for (const [index, { path: file, seconds, tiles }] of images.entries()) {
    if (formatOf(file) === undefined) faults.push(`${file} is no image`);
    const { RESOLUTION, LAYOUT = '', DURATION } = tiles;
    if (!RESOLUTION || !DURATION || !LAYOUT) faults.push(`${file} has no EXT-X-TILES`);
    const [columns = 0, rows = 0] = LAYOUT.split('x').map(Number);
    const full = columns * rows * Number(DURATION);
    // The last one stands to the end of the title.
    const isRight = index + 1 < images.length ? Math.abs(seconds - full) < 1e-5 : seconds > 0;
    if (!isRight) faults.push(`${file} is for ${seconds} s, and its tiles for ${full}`);
  }
  return faults;
}

/** What is wrong between a multivariant playlist and the image playlists that it names. */
export function imageStreamFaults(text: string, fileOf: (uri: string) => string): string[] {
  return [...text.matchAll(/^#EXT-X-IMAGE-STREAM-INF:(.*)$/gm)].flatMap(([, list = '']) => {
    const { URI = '', CODECS, RESOLUTION, BANDWIDTH } = Object.fromEntries(readAttributes(list) ?? []);
    const playlist = fileOf(URI.slice(1, -1));
    const content = readFileSync(playlist, 'utf8');
    if (!content.includes('\n#EXT-X-IMAGES-ONLY\n')) return [`${URI} lacks EXT-X-IMAGES-ONLY`];
    const images = listedImages(playlist, content);
    const rate = Math.max(
      ...images.slice(0, -1).map(({ path: file, seconds }) => (statSync(file).size * 8) / seconds),
    );
    const faults =
      Number(BANDWIDTH) + 1 < rate ? [`${URI} has BANDWIDTH ${BANDWIDTH} and needs ${rate}`] : [];
    if (images.some(({ tiles }) => tiles['RESOLUTION'] !== RESOLUTION)) faults.push(`${URI} has other tiles`);
    if (images.some(({ path: file }) => `"${formatOf(file)}"` !== CODECS))
      faults.push(`${URI} has other images`);
    return faults;
  });
}

/** What is wrong with an AdaptationSet of images (DASH-IF IOP 4.3, 6.2.6). */
export function imageSetFaults(folder: string, set: MpdElement): string[] {
  if (children(set, 'ContentProtection').length > 0) return ['images are not protected'];
  return children(set, 'Representation').flatMap((representation) => {
    const [template] = children(representation, 'SegmentTemplate');
    const tiles = children(representation, 'EssentialProperty').find(
      (one) => attribute(one, 'schemeIdUri') === 'http://dashif.org/guidelines/thumbnail_tile',
    );
    const grid = /^([1-9]\d*)x([1-9]\d*)$/
      .exec(attribute(tiles, 'value') ?? '')
      ?.slice(1)
      .map(Number);
    if (!grid) return ['no grid of tiles'];
    const sizes = ['width', 'height'].map((name) => Number(attribute(representation, name)));
    const faults = sizes.some((size, index) => size % grid[index]! !== 0)
      ? [`${sizes} pixels of ${grid} tiles`]
      : [];
    const first = Number(attribute(template, 'startNumber'));
    const last = Number(attribute(template, 'endNumber'));
    const seconds = Number(attribute(template, 'duration')) / Number(attribute(template, 'timescale'));
    for (let number = first; number <= last; number++) {
      const path = join(
        folder,
        decodeURIComponent(attribute(template, 'media')!.replace('$Number$', `${number}`)),
      );
      if (`image/${formatOf(path)}` !== attribute(set, 'mimeType')) faults.push(`${path} is of another type`);
      if ((statSync(path).size * 8) / seconds > Number(attribute(representation, 'bandwidth')))
        faults.push(`${path} needs more than @bandwidth`);
    }
    return faults;
  });
}
