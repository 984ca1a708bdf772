/** The first thing that is wrong. */
export interface FormViolation {
  /** `MediaSegment.index`, and which of all samples that were fed to the judge, from 0. */
  readonly segment: number;
  readonly sample: number;
  /** Bytes from the start of the clear sample. */
  readonly byte: number;
  /** Completes the sentence `the sample …`, without a final stop. */
  readonly reason: string;
}

/**
 * What samples say of their key: `right`, though some may be damaged; `wrong`, for samples fail, and those that pass are no more than
 * chance; `open`: nothing fails, and there is too little to tell.
 */
export type KeyVerdict = 'right' | 'wrong' | 'open';

/** What is known of the samples under one key. */
export interface KeyForm {
  /** 32 hexadecimal digits; `undefined`: clear samples, or a key without an id. */
  readonly kid: string | undefined;
  readonly isProtected: boolean;
  readonly key: KeyVerdict;
  /** Samples that were looked at. */
  readonly samples: number;
  /** Of these those whose syntax was followed to the end of the sample, of video of a slice in it. */
  readonly walked: number;
  readonly violations: number;
  readonly first: FormViolation | undefined;
  /** As `FormVerdict.missProbability`, of this key. */
  readonly missProbability: number;
}

/** What the samples themselves say of whether they are what they claim to be. */
export interface FormVerdict {
  /** Samples that were looked at: those of other entries, without a key, or with tools that are not followed do not count. */
  readonly samples: number;
  /** Samples of the entry of which nothing can be said. */
  readonly unjudged: number;
  readonly violations: number;
  readonly first: FormViolation | undefined;
  /**
   * How probable it is that a wrong key would have passed all tests that were made, as the exponent of a power of two: -60 of 2^-60. 0:
   * nothing is known. Only bytes that went through the cipher count. Of several keys that of the one that is known least. Without
   * protected samples `undefined`.
   */
  readonly missProbability: number | undefined;
  readonly keys: readonly KeyForm[];
}

const number = (value: number): string => value.toLocaleString('en-US');

/**
 * The verdict as a sentence without its final stop, for `Claim.why` or a finding.
 * @param what the samples are: `slices`, `frames`
 */
export function sayForm(verdict: FormVerdict, what = 'samples'): string {
  const { samples, violations, first, missProbability = 0, unjudged, keys } = verdict;
  if (samples === 0)
    return unjudged > 0 ? `nothing can be said of ${what} of this kind` : `there are no ${what}`;
  const underKeys = keys.filter(({ isProtected }) => isProtected);
  const exponent = Math.ceil(missProbability);
  if (first) {
    const fail = `${number(violations)} of ${number(samples)} ${what} are not what their codec says they are; the first is sample ${first.sample}, which ${first.reason}`;
    if (underKeys.some(({ key }) => key === 'wrong'))
      return `${fail}: the key is wrong, or what was encrypted was damaged`;
    const isRight = underKeys.length > 0 && underKeys.every(({ key }) => key === 'right');
    return isRight ? `${fail}; the others show that the key is right` : fail;
  }
  const are = `${number(samples)} ${what} are what their codec says they are`;
  if (underKeys.length === 0) return `${are}; none is protected`;
  if (underKeys.some(({ key }) => key === 'open'))
    return `${are}; too little to tell a wrong key by: it would pass with a probability of up to 2^${exponent}`;
  return `${are}; a wrong key would pass with a probability of less than 2^${exponent}`;
}
