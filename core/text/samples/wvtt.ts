import { payloadOf } from '../../base/box-walk.ts';
import { viewOf } from '../../base/bytes.ts';
import type { TextDocument } from '../cue.ts';
import { moveInnerTimes } from '../move-document.ts';
import { storedPayload } from '../webvtt/cue-text.ts';
import { isWebvtt, readWebvtt } from '../webvtt/read.ts';
import { cleanSettings, regionId } from '../webvtt/settings.ts';
import { PieceJoiner, SampleReader, type StoredTextSample } from './stored-sample.ts';

/**
 * The document that samples of `wvtt` hold (ISO/IEC 14496-30, 5), its cues whole again.
 * @param config payload of `vttC`
 */
export function cuesOfWvtt(
  samples: readonly StoredTextSample[],
  config: Uint8Array,
  name: string,
): TextDocument {
  const text = utf8(config).replace(/\0+$/, '');
  const header = readWebvtt(isWebvtt(text) ? `${text}\n\n` : 'WEBVTT\n', name);
  const regions = new Set(header.regions.flatMap((region) => regionId(region) ?? []));
  const joiner = new PieceJoiner();
  const reader = new SampleReader();
  for (const { start, end, data, moved = 0 } of samples) {
    for (const cue of reader.boxes(data, 0, data.length, start)) {
      if (cue.type !== 'vttc') continue;
      const boxes = reader.boxes(data, cue.payload, cue.end, start);
      const find = (type: string): Uint8Array | undefined => {
        const found = boxes.find((box) => box.type === type);
        return found && payloadOf(data, found);
      };
      const textOf = (type: string): string => utf8(find(type) ?? new Uint8Array()).replace(/\0+$/, '');
      const id = textOf('iden');
      const settings = cleanSettings(textOf('sttg').trim(), regions, () => undefined);
      const source = find('vsid');
      const piece = {
        start,
        end,
        ...(id !== '' && { id }),
        ...(settings !== undefined && { settings }),
        payload: moveInnerTimes(storedPayload(reader.text(find('payl') ?? new Uint8Array(), start)), moved),
      };
      joiner.add(piece, source && source.length >= 4 ? viewOf(source).getUint32(0) : undefined);
    }
  }
  const { cues, notices } = joiner.finish(name);
  return { ...header, cues, notices: [...reader.notices(), ...header.notices, ...notices] };
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8').decode(bytes);
