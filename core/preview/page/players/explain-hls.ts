import type { ErrorData } from 'hls.js';
import type { Problem } from './player.ts';
import { BROKEN, CODEC, NO_KEY, OTHER_BROWSER } from './words.ts';

/** What hls.js complains of, in plain words. */
export function explainHls({ type, details, error, response }: ErrorData): Problem {
  const code = `hls.js: ${details}`;
  switch (details) {
    case 'keyLoadError':
    case 'keySystemNoKeys':
    case 'keySystemLicenseRequestFailed':
    case 'keySystemNoSession':
      return { what: NO_KEY, code, isOf: 'keys' };
    case 'manifestIncompatibleCodecsError':
    case 'bufferAddCodecError':
    case 'bufferIncompatibleCodecsError':
      return { what: CODEC, mend: OTHER_BROWSER, code };
    case 'fragDecryptError':
    case 'fragParsingError':
    case 'bufferAppendError':
    case 'bufferAppendingError':
    case 'mediaSourceRequiresReset':
      return { what: BROKEN, code, isOf: 'decoding' };
    case 'manifestLoadError':
    case 'levelLoadError':
    case 'audioTrackLoadError':
    case 'subtitleTrackLoadError':
    case 'fragLoadError':
      return {
        what: `A file that a playlist names is not there (${response?.code ?? 'no answer'}).`,
        code,
        isOf: 'files',
      };
    default:
      return { what: `The player ended (${type}): ${error.message}`, code };
  }
}
