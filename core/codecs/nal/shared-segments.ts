import { view } from '../../base/bytes.ts';
import type { Segment } from '../../media/segment.ts';
import type { CodedTrack } from '../../media/track.ts';
import { codecOf } from '../built-in.ts';
import { visitNalUnits } from './units.ts';

/** Whether a segment holds anything that later ones depend on; it has been found to be plain before. */
export type OrderTest = (segment: Segment) => boolean;

/**
 * Whether segments of a track can be looked at one without the other, by whoever protects them: audio, and video whose slice headers
 * the parameter sets of its configuration explain. A segment with other ones, of its own, shows by the test.
 * @returns `undefined` where later samples always depend on earlier ones: pictures that refer to headers of others (AV1, VP9), tracks of
 * several formats
 */
export function orderTest(track: CodedTrack): OrderTest | undefined {
  if ((track.formats?.length ?? 1) > 1) return undefined;
  if (track.kind === 'audio') return () => false;
  const rules = codecOf(track)?.nal;
  if (!rules) return undefined;
  const { typeOf, roleOf, parameterSets, configured } = rules;
  const known = new Map<number, Uint8Array[]>();
  for (const unit of configured(track.config, track.source.name)) {
    const type = typeOf(unit[0]!);
    known.set(type, [...(known.get(type) ?? []), unit]);
  }
  const isKnown = (unit: Uint8Array, type: number): boolean => {
    // Of several one may take the number of another: the last one counts.
    const [only, ...others] = known.get(type) ?? [];
    return only !== undefined && others.length === 0 && view(unit).equals(only);
  };
  return (segment) => {
    const { data, sizes, count } = segment;
    let depends = false;
    let end = 0;
    for (let sample = 0; sample < count && !depends; sample += 1) {
      const start = end;
      end += sizes[sample]!;
      visitNalUnits(segment, start, end, (from, to) => {
        const type = typeOf(data[from]!);
        if (parameterSets.includes(type) && !isKnown(data.subarray(from, to), type)) depends = true;
        // It may hold parameter sets of another layer, which no configuration has.
        else if (roleOf(data, from) === 'wrapper') depends = true;
      });
    }
    return depends;
  };
}
