import type { FindingKind } from '../finding.ts';

const AGAIN = 'Package the title again, and keep this output to find out what has changed it.';

/** Of an output that is compared with its source: that all is there, once, in order, and is what it was. */
export const COMPARE_KINDS = {
  WRONG_KEY: {
    severity: 'error',
    mend: 'Package the track again, or give the key that it was encrypted with: its key id stands for another key.',
  },
  TRACK_SWAPPED: {
    severity: 'error',
    mend: 'Name the right file of each rendition, or package again: listeners get another track than they choose.',
  },
  TRACK_UNKNOWN: {
    severity: 'error',
    mend: 'Give all inputs that the package was made of, or package again.',
  },
  TRACK_LEFT_OUT: {
    severity: 'notice',
    mend: 'Look at whether that was meant: packaging says why a track is left out.',
  },
  KIND_LEFT_OUT: {
    severity: 'warning',
    mend: 'List the track in the manifest, or package the title again: it plays without any sound, or any picture, that it has.',
  },
  CONFIG_DIFFERS: {
    severity: 'error',
    mend: 'Package the track again: decoders are opened with another configuration than its samples were coded with.',
  },
  SAMPLE_DIFFERS: { severity: 'error', mend: AGAIN },
  SAMPLE_LOST: { severity: 'error', mend: AGAIN },
  SAMPLE_ADDED: { severity: 'error', mend: AGAIN },
  SAMPLE_DOUBLED: { severity: 'error', mend: AGAIN },
  SAMPLE_ORDER: {
    severity: 'error',
    mend: 'Put the samples, or the segments, into the order of the source.',
  },
  SAMPLE_TIME: {
    severity: 'error',
    mend: 'Package the track again: picture and sound come at other times than in the source.',
  },
  TRACK_SHIFTED: {
    severity: 'warning',
    mend: 'Package the track with its edit list: what an encoder puts before the title begins is to be left out.',
  },
  SAMPLE_FORM: {
    severity: 'error',
    mend: 'Package the track again: decoders cannot read what decryption makes of it.',
  },
  CUE_LOST: { severity: 'error', mend: 'Package the subtitles again.' },
  CUE_ADDED: { severity: 'error', mend: 'Package the subtitles again.' },
  CUE_TEXT: { severity: 'error', mend: 'Package the subtitles again.' },
  CUE_TIME: { severity: 'error', mend: 'Package the subtitles again.' },
  IMAGE_DIFFERS: { severity: 'error', mend: 'Copy the images again.' },
} as const satisfies Record<string, FindingKind>;
