import { ALL, fixedPolicy, type KeyPolicy, type MeasuredLimits, qualityLimits } from './label-policy.ts';

/** Bounds of pictures, in pixels of width × height; both included. */
export interface VideoBounds {
  readonly minPixels?: number | undefined;
  readonly maxPixels?: number | undefined;
}

/** Bounds of sound, in channels; both included. */
export interface AudioBounds {
  readonly minChannels?: number | undefined;
  readonly maxChannels?: number | undefined;
}

/** What a label is for, as far as that can be said before any track is known: tracks that are within one of its bounds. */
export interface LabelUse {
  readonly label: string;
  readonly video: readonly VideoBounds[];
  readonly audio: readonly AudioBounds[];
  /** Its bounds do not set it apart from other labels: only its name does. */
  readonly isNamed: boolean;
}

/**
 * What each label is for: by the policy that gave them; where they are none of its, as for the labels of a function, by their
 * names: those of SPEKE 2's presets stand for sizes and channels.
 */
export function labelUses(labels: readonly string[], policy: KeyPolicy = 'one'): LabelUse[] {
  const known = fixedPolicy(policy)?.labels ?? [];
  const isOfPolicy = labels.every((label) => known.includes(label));
  const sizes = isOfPolicy ? qualityLimits(policy) : undefined;
  if (!sizes) return labels.map((label) => useByName(label, labels));
  if (sizes.measure === 'height') return labels.map((label) => useByHeight(label, sizes));
  return labels.map((label) => {
    const at = sizes.rising.findIndex((limit) => limit.label === label);
    const below = sizes.rising[at - 1];
    const max = sizes.rising[at]?.size ?? Number.POSITIVE_INFINITY;
    const bounds = {
      ...(below && { minPixels: below.size + 1 }),
      ...(Number.isFinite(max) && { maxPixels: max }),
    };
    return {
      label,
      video: at < 0 ? [] : [bounds],
      audio: label === sizes.audio ? [{}] : [],
      isNamed: false,
    };
  });
}

/** Bounds are in pixels, and no number of them says how high a picture is: of several labels of pictures only the name tells. */
function useByHeight(label: string, { rising, audio }: MeasuredLimits): LabelUse {
  const isVideo = rising.some((limit) => limit.label === label);
  return {
    label,
    video: isVideo ? [{}] : [],
    audio: label === audio ? [{}] : [],
    isNamed: isVideo && rising.length > 1,
  };
}

/** Labels of pictures in SPEKE 2's presets: from where on if there is a smaller one beside it, and up to where if a larger one. */
const SIZES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  SD: [0, 589_824],
  HD: [589_825, 2_073_600],
  HD1: [589_825, 921_600],
  HD2: [921_601, 2_073_600],
  UHD: [2_073_601, Number.POSITIVE_INFINITY],
  UHD1: [2_073_601, 8_847_360],
  UHD2: [8_847_361, Number.POSITIVE_INFINITY],
};

const CHANNELS: Readonly<Record<string, AudioBounds>> = {
  STEREO_AUDIO: { maxChannels: 2 },
  MULTICHANNEL_AUDIO: { minChannels: 3 },
  MULTICHANNEL_AUDIO_3_6: { minChannels: 3, maxChannels: 6 },
  MULTICHANNEL_AUDIO_7: { minChannels: 7 },
};

/** A label such as `SD+HD1` is for what each of its parts is for. */
function useByName(label: string, labels: readonly string[]): LabelUse {
  if (label === ALL || (labels.length === 1 && !isKnown(label)))
    return { label, video: [{}], audio: [{}], isNamed: false };
  const all = labels.flatMap((each) => each.split('+'));
  const parts = label.split('+');
  const isSound = (part: string) => part.includes('AUDIO');
  const audio = parts.filter(isSound).map((part) => own(CHANNELS, part) ?? {});
  const video = parts.filter((part) => !isSound(part)).map((part) => sizeByName(part, all));
  return { label, video, audio, isNamed: !isKnown(label) };
}

const isKnown = (label: string): boolean =>
  label
    .split('+')
    .every((part) => ['VIDEO', 'AUDIO'].includes(part) || own(SIZES, part) || own(CHANNELS, part));

function sizeByName(part: string, all: readonly string[]): VideoBounds {
  const [min, max] = own(SIZES, part) ?? [0, Number.POSITIVE_INFINITY];
  const sizes = all.map((other) => own(SIZES, other) ?? [0, Number.POSITIVE_INFINITY]);
  return {
    ...(sizes.some(([, largest]) => largest < min) && { minPixels: min }),
    ...(sizes.some(([smallest]) => smallest > max) && { maxPixels: max }),
  };
}

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
