import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';
import type { Problem } from './player.ts';
import { BROKEN, CODEC, NO_KEY, OTHER_BROWSER } from './words.ts';

/** What shaka-player complains of, in plain words. */
export function explainShaka(error: unknown): Problem {
  if (!(error instanceof shaka.util.Error))
    return { what: `The player ended: ${String(error)}`, code: 'shaka-player' };
  const { Code, Category } = shaka.util.Error;
  const code = `shaka-player: ${error.code}`;
  switch (error.code) {
    case Code.LICENSE_REQUEST_FAILED:
    case Code.LICENSE_RESPONSE_REJECTED:
    case Code.NO_LICENSE_SERVER_GIVEN:
      return { what: NO_KEY, code, isOf: 'keys' };
    case Code.CONTENT_UNSUPPORTED_BY_BROWSER:
    case Code.REQUESTED_KEY_SYSTEM_CONFIG_UNAVAILABLE:
      return { what: CODEC, mend: OTHER_BROWSER, code };
    case Code.VIDEO_ERROR:
    case Code.MEDIA_SOURCE_OPERATION_FAILED:
      return { what: BROKEN, code, isOf: 'decoding' };
    case Code.BAD_HTTP_STATUS:
    case Code.HTTP_ERROR:
      return { what: 'A file that the manifest names is not there.', code, isOf: 'files' };
    default:
      return {
        what:
          error.category === Category.MANIFEST
            ? 'The manifest cannot be read.'
            : `The player ended: ${error.message}`,
        code,
      };
  }
}
