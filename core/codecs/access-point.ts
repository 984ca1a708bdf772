/**
 * SAP type (ISO/IEC 14496-12, Annex I) of a picture that decoding starts with, where it is presented first of all that
 * follow, and where pictures that are decoded after it lead it.
 */
export type AccessPoint = readonly [alone: SapType, led: SapType];

/**
 * 1: all that follows can be decoded, and is presented later; 2: it can be decoded; 3: pictures that are presented earlier
 * may refer to what comes before.
 */
export type SapType = 1 | 2 | 3;

/** Nothing that follows refers to what comes before. */
export const CLOSED: AccessPoint = [1, 2];
/** Only pictures that lead it may. */
export const OPEN: AccessPoint = [1, 3];
/** Whatever follows may. */
export const UNSURE: AccessPoint = [3, 3];

/**
 * What a sample is to a decoder that starts with it.
 * @param head its first bytes, or all of it
 * @param size bytes of the sample
 * @returns `undefined` where `head` does not tell
 */
export type AccessPointReader = (head: Uint8Array, size: number) => AccessPoint | undefined;
