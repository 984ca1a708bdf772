import type { Codec, ConfigFacts, DescribedEntry } from './codec.ts';
import { dolbyVisionCodecString } from './dolby-vision.ts';

/**
 * What a decoder configuration and the sample entry around it say. The codec string of Dolby Vision's own entries is made from the
 * configuration of that.
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA or BitstreamError when it is damaged
 */
export function describeEntry(
  codec: Codec,
  config: Uint8Array,
  entry: DescribedEntry,
  name: string,
): ConfigFacts & { readonly codecs: string } {
  const { type, boxes } = entry;
  const facts = codec.describe?.(config, entry, name) ?? {};
  const isDolbyVision = Object.values(codec.dolbyVision ?? {}).includes(type);
  const codecs = isDolbyVision ? dolbyVisionCodecString(type, boxes, name) : (facts.codecs ?? type);
  return { ...facts, codecs };
}
