import type { Damage } from './damage.ts';

const MPD = 'stream.mpd';
const PLAYLIST = 'thumbnails-1/stream.m3u8';

/** What is wrong with thumbnails: of 160x90 pixels every two seconds, five beside and two below each other. */
export const IMAGE_DAMAGES: readonly Damage[] = [
  {
    what: 'a grid of thumbnails that the images do not have',
    of: 'dash',
    codes: ['TILE_GRID'],
    damage: (copy) => copy.replace(MPD, 'value="5x2"', 'value="7x2"'),
  },
  {
    what: 'a size of thumbnails that the images do not have',
    of: 'dash',
    codes: ['RESOLUTION'],
    damage: (copy) => copy.replace(MPD, 'width="800" height="180"', 'width="1600" height="360"'),
  },
  {
    what: 'thumbnails for two seconds of the title',
    of: 'dash',
    codes: ['TILE_TIMES'],
    damage: (copy) => copy.replace(MPD, /(image-[^>]*duration=)"20"/, '$1"2"'),
  },
  {
    what: 'a grid of thumbnails that the images do not have, in a playlist',
    of: 'hls-ts',
    codes: ['TILE_GRID'],
    damage: (copy) => copy.replace(PLAYLIST, 'LAYOUT=5x2', 'LAYOUT=4x2'),
  },
  {
    what: 'tiles of another size in a playlist',
    of: 'hls-ts',
    codes: ['TILE_GRID'],
    damage: (copy) => copy.replace(PLAYLIST, 'RESOLUTION=160x90', 'RESOLUTION=320x180'),
  },
  {
    what: 'tiles of another size in the multivariant playlist',
    of: 'hls-fmp4',
    codes: ['RESOLUTION'],
    damage: (copy) => copy.replace('master.m3u8', 'RESOLUTION=160x90', 'RESOLUTION=320x180'),
  },
  {
    what: 'tiles that end long before the title',
    of: 'hls-ts',
    codes: ['TILE_TIMES'],
    damage: (copy) => copy.replace(PLAYLIST, 'DURATION=2\n', 'DURATION=0.4\n'),
  },
  {
    what: 'an image behind the end of the title',
    of: 'hls-ts',
    codes: ['TILE_TIMES'],
    damage: (copy) => {
      copy.replace(PLAYLIST, /#EXTINF[\s\S]*(?=#EXT-X-END)/, '$&$&');
      copy.replace(PLAYLIST, '#EXTINF:6.080000', '#EXTINF:20.000000');
      copy.replace(PLAYLIST, 'TARGETDURATION:6', 'TARGETDURATION:20');
    },
  },
  {
    what: 'a grid of thumbnails that divides the images, and is another',
    of: 'dash',
    codes: ['TILE_GRID'],
    beside: true,
    damage: (copy) => copy.replace(MPD, 'value="5x2"', 'value="4x2"'),
  },
  {
    what: 'tiles of half the time',
    of: 'hls-fmp4',
    codes: ['TILE_TIMES'],
    beside: true,
    damage: (copy) => copy.replace(PLAYLIST, 'DURATION=2\n', 'DURATION=1\n'),
  },
];
