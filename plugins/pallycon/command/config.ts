import type { Config } from '../../../core/index.ts';
import type { NameWithOptions } from '../../../core/kit.ts';
import type { Order } from './check.ts';

/**
 * The config that does what the arguments ask for. Plain data, so that worker threads can be handed it.
 *
 * @param sources The plugins that give content ids and keys, by name.
 */
export function configOf(order: Order, sources: readonly NameWithOptions[]): Config {
  const { modes, inputs, output, overwrite, siteId, contentId, fragmentDuration, keys, clear } = order;
  const licenseUrl = (order.manual ?? order.raw)?.licenseUrl;
  const options = { siteId, licenseUrl, dash: dashOptions(order) };
  return {
    preset: ['pallycon-packager', options],
    ...{ modes, inputs, output, overwrite, contentId },
    segmentDuration: fragmentDuration,
    keys,
    clear,
    plugins: sources,
  };
}

/** The guide's one exception to the prefixed folder names: DASH and nothing else, of one input, in one file a track. */
function dashOptions({ modes, inputs, fragmentDuration }: Order): object {
  if (fragmentDuration !== undefined) return { layout: 'segments' };
  return modes.length === 1 && inputs.length === 1 ? { folder: '[name]_[ext]' } : {};
}
