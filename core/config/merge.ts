import { defined } from '../base/defined.ts';
import type { Plugin } from '../contract/packager.ts';
import type { Layer } from './expand.ts';

/** Lay one layer over the other: fields replace fields, lists too; only `plugins` are added to. */
export function mergeLayers(layers: readonly Layer[]): Layer {
  return layers.reduce((below, above) => ({
    fields: { ...below.fields, ...defined(above.fields) },
    plugins: mergePlugins(below.plugins, above.plugins),
    offers: mergePlugins(below.offers, above.offers),
    places: above.places.size === 0 ? below.places : new Map([...below.places, ...above.places]),
  }));
}

/** A plugin takes the place of an earlier one of its name: the order of the presets' plugins stays. */
function mergePlugins(below: readonly Plugin[], above: readonly Plugin[]): readonly Plugin[] {
  if (above.length === 0) return below;
  const plugins = new Map(below.map((plugin) => [plugin.name, plugin]));
  for (const plugin of above) plugins.set(plugin.name, plugin);
  return [...plugins.values()];
}
