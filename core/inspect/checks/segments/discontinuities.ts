import { finding } from '../../findings/make.ts';
import { inManifest, ofEach, seconds } from '../check.ts';

/** Where the initialisation section changes playlists say EXT-X-DISCONTINUITY (RFC 8216, 4.3.2.3). */
export const checkDiscontinuities = ofEach(function* (rendition) {
  const { listed } = rendition;
  if (listed.manifest !== listed.id) return;
  for (const [index, { init, discontinuity, start }] of listed.segments.entries()) {
    const before = listed.segments[index - 1]?.init;
    if (discontinuity || !init || !before) continue;
    if (init.path === before.path && init.offset === before.offset) continue;
    yield finding(
      'DISCONTINUITY_MISSING',
      { ...inManifest(rendition), time: start },
      `${listed.manifest} has another initialisation section from ${seconds(start)} on, without EXT-X-DISCONTINUITY.`,
    );
  }
});
