import type { Delivery } from '../../contract/delivery.ts';
import type { PlayableWay, Target } from '../../contract/target.ts';
import { CONTAINER, ENCRYPTION, FILES, ivWords, listed, MANIFEST } from './words.ts';

/** What a target has to be able to do, from the outside in: the first that it cannot is what a user should hear of. */
interface Question {
  fits(way: PlayableWay, delivery: Delivery): boolean;
  /** Why none of the ways that were left fits: completes "it …". */
  why(ways: readonly PlayableWay[], delivery: Delivery): string;
}

const SYSTEMS: Question = {
  fits: ({ systems }, delivery) => systems.some((name) => delivery.systems.includes(name)),
  why(ways, { systems, encryption, manifest }) {
    const known = ways.flatMap((way) => way.systems);
    const signalled = systems.length > 0 ? listed(systems, 'and') : 'nothing';
    return `gets keys for ${ENCRYPTION[encryption]} by ${listed(known, 'or')}, and ${MANIFEST[manifest]} signals ${signalled}`;
  },
};

const QUESTIONS: readonly Question[] = [
  {
    fits: ({ manifests }, { manifest }) => manifests.includes(manifest),
    why(ways, { manifest }) {
      const known = ways.flatMap(({ manifests }) => manifests.map((each) => MANIFEST[each]));
      return `reads ${listed(known, 'and')}, not ${MANIFEST[manifest]}`;
    },
  },
  {
    fits: ({ containers }, { container }) => containers.includes(container),
    why(ways, { container, manifest }) {
      const known = ways.flatMap(({ containers }) => containers.map((each) => CONTAINER[each]));
      return `plays ${listed(known, 'and')} in ${MANIFEST[manifest]}, not ${CONTAINER[container]}`;
    },
  },
  {
    fits: ({ encryptions }, { encryption }) => encryptions.includes(encryption),
    why(ways, { encryption, container, manifest }) {
      const known = ways.flatMap(({ encryptions }) => encryptions.map((each) => ENCRYPTION[each]));
      const place = `${CONTAINER[container]} of ${MANIFEST[manifest]}`;
      return `decrypts ${listed(known, 'and')} in ${place}, not ${ENCRYPTION[encryption]}`;
    },
  },
  SYSTEMS,
  {
    fits: ({ ivs }, { iv }) => ivs?.includes(iv) ?? true,
    why(ways, { iv, encryption }) {
      const known = ways.flatMap(({ ivs = [] }) => ivs.map(ivWords));
      return `wants ${listed(known, 'or')} with ${ENCRYPTION[encryption]}, not ${ivWords(iv)}`;
    },
  },
  {
    fits: ({ files }, delivery) => files?.includes(delivery.files) ?? true,
    why(ways, { files }) {
      const known = ways.flatMap((way) => (way.files ?? []).map((each) => FILES[each]));
      return `takes ${listed(known, 'or')}, not ${FILES[files]}`;
    },
  },
];

/** Why a target cannot play a mode: completes "it …". */
export interface DeliveryFault {
  readonly why: string;
  /** Names of DRM systems of which one would do, where nothing else is amiss so far. */
  readonly missingSystems?: readonly string[];
}

/** One of a mode's deliveries that a target plays; or why it plays none of them. */
export type DeliveryVerdict = { readonly delivery: Delivery } | DeliveryFault;

/** @param deliveries of a mode; of those that cannot be played the reason is that of the one which comes nearest */
export function judgeDelivery(
  { plays }: Pick<Target, 'plays'>,
  deliveries: readonly Delivery[],
): DeliveryVerdict {
  let nearest: DeliveryFault = { why: 'has no way to it: the mode delivers nothing that players know' };
  let furthest = -1;
  for (const delivery of deliveries) {
    const fault = firstFault(plays, delivery);
    if (!fault) return { delivery };
    if (fault.depth <= furthest) continue;
    nearest = fault;
    furthest = fault.depth;
  }
  return nearest;
}

/** The first question that no way answers, of those that answer all before it. */
function firstFault(
  plays: readonly PlayableWay[],
  delivery: Delivery,
): (DeliveryFault & { readonly depth: number }) | undefined {
  let ways = plays;
  for (const [depth, question] of QUESTIONS.entries()) {
    const left = ways.filter((way) => question.fits(way, delivery));
    if (left.length === 0) {
      const fault = { depth, why: question.why(ways, delivery) };
      return question === SYSTEMS
        ? { ...fault, missingSystems: ways.flatMap(({ systems }) => systems) }
        : fault;
    }
    ways = left;
  }
  return undefined;
}
