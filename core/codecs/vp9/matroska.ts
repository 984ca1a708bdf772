import type { StoredFacts } from '../codec.ts';
import { buildVp9Config, vp9Config, vp9Level } from './build-config.ts';

/** The payload of `vpcC` of VP9 in Matroska: a key frame says what it says, but for the level. */
export function vp9MatroskaConfig(features: Uint8Array, facts: StoredFacts): Uint8Array {
  const { width, height, frameRate, colours, firstKey } = facts;
  const level = levelOf(features) || vp9Level(width, height, frameRate);
  return buildVp9Config(vp9Config(firstKey, level, colours));
}

const VP9_LEVEL = 2;

/** The level in VP9's CodecPrivate; 0 where nobody knew it: features of an id, a length and a value (VP9 in WebM). */
function levelOf(features: Uint8Array): number | undefined {
  for (let at = 0; at + 2 < features.length; at += 2 + features[at + 1]!) {
    if (features[at] === VP9_LEVEL && features[at + 1] === 1) return features[at + 2];
  }
  return undefined;
}
