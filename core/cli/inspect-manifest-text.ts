import type {
  KeyLineDescription,
  ManifestDescription,
  RenditionDescription,
} from '../inspect/describe/description.ts';
import { alignRows, count, duration, type Paint, printableName } from './format.ts';
import { bitRate, keyId } from './inspect-figures.ts';

/** Faults of syntax that are told; all are in `--json`. */
const MOST_FAULTS = 10;
const MOST_KEYS = 40;

/** What a manifest lists: renditions by kind, variants, keys. */
export function manifestLines(manifest: ManifestDescription, paint: Paint): string[] {
  const { path, kind, duration: seconds, renditions, variants, faults } = manifest;
  const facts = [
    kind === 'mpd' ? 'MPD' : 'HLS',
    ...(seconds === undefined ? [] : [duration(seconds)]),
    count(renditions.length, kind === 'mpd' ? 'representation' : 'playlist'),
    ...(variants.length > 0 ? [count(variants.length, 'variant')] : []),
  ];
  const rows = alignRows(renditions.map(renditionCells));
  return [
    `${paint.strong(printableName(path))}  ${facts.join(', ')}`,
    ...rows.map((row) => `  ${row}`),
    ...(variants.length > 0 ? ['  Variants'] : []),
    ...alignRows(variants.map(variantCells)).map((row) => `    ${row}`),
    ...keyLines(manifest),
    ...faults.slice(0, MOST_FAULTS).map((fault) => paint.notice(`  ${printableName(fault)}`)),
    ...(faults.length > MOST_FAULTS ? [`  and ${count(faults.length - MOST_FAULTS, 'more fault')}`] : []),
  ];
}

const size = ({ width, height }: { readonly width?: number; readonly height?: number }): string =>
  width === undefined ? '' : `${width}x${height}`;

function renditionCells(rendition: RenditionDescription): string[] {
  const { id, kind, codecs, bandwidth, channels, frameRate, language, label, roles, segments, longest } =
    rendition;
  const form = kind === 'audio' && channels !== undefined ? `${channels} ch` : size(rendition);
  const use = [...(label === undefined ? [] : [`"${label}"`]), ...roles];
  return [
    kind,
    printableName(id),
    codecs.map(printableName).join(','),
    form + (frameRate === undefined ? '' : ` ${Number(frameRate.toFixed(3))} fps`),
    bandwidth === undefined ? '' : bitRate(bandwidth),
    printableName(language ?? ''),
    `${segments} x ${duration(longest)}`,
    keysOf(rendition),
    printableName(use.join(', ')),
  ];
}

const variantCells = (variant: ManifestDescription['variants'][number]): string[] => [
  printableName(variant.playlist),
  variant.codecs.map(printableName).join(','),
  size(variant),
  bitRate(variant.bandwidth),
  printableName(
    [
      ...(variant.isTrick ? ['I-frames'] : []),
      ...(variant.audio === undefined ? [] : [`audio ${variant.audio}`]),
      ...(variant.subtitles === undefined ? [] : [`subtitles ${variant.subtitles}`]),
      ...(variant.videoRange === undefined ? [] : [variant.videoRange]),
    ].join(', '),
  ),
];

/** `clear`, or how many keys it is under. */
function keysOf({ keys }: RenditionDescription): string {
  const kids = new Set(keys.flatMap((key) => key.kids));
  if (kids.size > 0) return count(kids.size, 'key');
  return keys.some(({ method }) => method !== 'NONE') ? 'encrypted' : 'clear';
}

/** What is said of one key, wherever it is. */
interface KeyUse {
  readonly systems: Set<string>;
  /** How many renditions of a kind. */
  readonly kinds: Map<string, number>;
  isOfTitle: boolean;
}

/** Each key once: who is told of it, and what is under it. */
function keyLines({ renditions, keys }: ManifestDescription): string[] {
  const uses = new Map<string, KeyUse>();
  const add = ({ method, system, kids }: KeyLineDescription, kind: string | undefined, seen: Set<string>) => {
    for (const kid of kids.length > 0 ? kids : ['']) {
      const use = uses.get(kid) ?? { systems: new Set(), kinds: new Map(), isOfTitle: false };
      use.systems.add(system === undefined || system === method ? method : `${system} (${method})`);
      if (kind === undefined) use.isOfTitle = true;
      else if (!seen.has(kid)) use.kinds.set(kind, (use.kinds.get(kind) ?? 0) + 1);
      seen.add(kid);
      uses.set(kid, use);
    }
  };
  for (const { kind, keys: own } of renditions) {
    const seen = new Set<string>();
    for (const key of own) if (key.method !== 'NONE') add(key, kind, seen);
  }
  for (const key of keys) add(key, undefined, new Set());
  if (uses.size === 0) return [];
  return [
    '  Keys',
    ...[...uses]
      .slice(0, MOST_KEYS)
      .flatMap(([kid, { systems, kinds, isOfTitle }]) => [
        `    ${kid === '' ? 'no key id' : keyId(kid)}  ${[...kinds].map(([kind, number]) => `${number} ${kind}`).join(', ')}${isOfTitle ? ', for the title' : ''}`,
        `      ${[...systems].map(printableName).join(', ')}`,
      ]),
    ...(uses.size > MOST_KEYS ? [`    and ${count(uses.size - MOST_KEYS, 'more key')}`] : []),
  ];
}
