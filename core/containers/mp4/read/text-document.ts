import { childBoxes, payloadOf } from '../../../base/box-walk.ts';
import type { TextDocument } from '../../../text/cue.ts';
import { moveDocument } from '../../../text/move-document.ts';
import type { StoredTextSample } from '../../../text/samples/stored-sample.ts';
import { cuesOfStpp } from '../../../text/samples/stpp.ts';
import { cuesOfTx3g } from '../../../text/samples/tx3g.ts';
import { cuesOfWvtt } from '../../../text/samples/wvtt.ts';
import type { TextBoxes } from './movie.ts';

/**
 * What the samples of a text track say, moved by `shift` milliseconds.
 * @throws PackagerError NOT_MEDIA when they are not what the track says they are, BoxError when a box is damaged
 */
export const textDocument = (
  samples: readonly StoredTextSample[],
  text: TextBoxes,
  name: string,
  shift: number,
): TextDocument => moveDocument(documentOf(samples, text, name), shift);

function documentOf(
  samples: readonly StoredTextSample[],
  { entry, payload }: TextBoxes,
  name: string,
): TextDocument {
  if (entry === 'stpp') return cuesOfStpp(samples, name);
  if (entry === 'tx3g') return cuesOfTx3g(samples, payload, name);
  const config = childBoxes(payload, 8, payload.length).find(({ type }) => type === 'vttC');
  return cuesOfWvtt(samples, config ? payloadOf(payload, config) : new Uint8Array(), name);
}
