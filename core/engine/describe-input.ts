import { EXIT, PackagerError } from '../base/errors.ts';
import { answerOf } from '../base/unless-cancelled.ts';
import { readImage } from '../containers/images/read-image.ts';
import { Packager, type Plugin } from '../contract/packager.ts';
import { Run } from '../contract/run.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import type { FoundOther, NamedValue, OtherDescription } from '../inspect/describe/description.ts';
import { type Wrapper, wrapperOf } from '../inspect/model/wrapper.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { keptOpen } from '../io/kept-open.ts';
import { isCoded, type Track } from '../media/track.ts';
import { foreignFormat, LOOK } from './foreign-formats.ts';

/** Of a title that nobody packages. */
const NO_TITLE: TitleOptions = {
  ...{ contentId: 'inspect', inputs: [], output: '.', overwrite: false },
  ...{ segmentDuration: 6, clear: [], modes: undefined, workers: 0, reproducible: undefined },
};

/**
 * What vendors' formats say of a file, what demuxers of inputs know of it, or else what it seems to be by how it begins.
 * @param plugins that demux or wrap
 */
export function describeInput(
  plugins: readonly Plugin[],
  signal: AbortSignal,
): (source: ByteSource) => Promise<FoundOther | undefined> {
  const packager = new Packager(plugins);
  return async (source) => {
    const head = new Uint8Array(Math.min(source.size, LOOK));
    await source.read(0, [head]);
    const wrapper = wrapperOf(packager.wrappers, head);
    if (wrapper) return describeWrapped(wrapper, source);
    const name = foreignFormat(head)?.name;
    const input = { index: 0, path: source.name, name: source.name, bytes: source.size };
    const run = new Run({ title: NO_TITLE, inputs: [input] }, signal);
    const asked = packager.hooks.demux.promise({ source: keptOpen(source), input }, run);
    const { tracks, fault } = await answerOf(signal, asked).then(
      (tracks) => ({ tracks, fault: undefined }),
      refused,
    );
    if (!tracks && !fault && name === undefined) return undefined;
    const isWhole = fault?.code.startsWith('UNSUPPORTED_') === true;
    return {
      other: {
        name: name ?? 'a media file',
        tracks: tracks?.map(describe) ?? [],
        facts: name?.endsWith('image') ? await imageFacts(source) : [],
        ...(fault && isWhole && { notes: [fault.message] }),
      },
      ...(fault && !isWhole && { damage: { offset: 0, message: fault.message } }),
    };
  };
}

/** What a demuxer cannot take may be sound all the same. @throws what tells nothing of the file */
function refused(cause: unknown): { readonly tracks: undefined; readonly fault: PackagerError } {
  if (!PackagerError.is(cause) || cause.exit !== EXIT.input) throw cause;
  return { tracks: undefined, fault: cause };
}

/** What a vendor's format says of itself: without a key what is in it stays unknown. */
async function describeWrapped(wrapper: Wrapper, source: ByteSource): Promise<FoundOther> {
  const { name } = wrapper;
  const opened = await wrapper.open(keptOpen(source), () => undefined).catch(refused);
  if ('fault' in opened)
    return {
      other: { name, tracks: [], facts: [] },
      damage: { offset: 0, message: opened.fault.message },
    };
  const { kid, scheme, contentId, facts } = opened;
  const given: NamedValue[] = [
    ['key id', kid ?? ''],
    ['content id', contentId ?? ''],
    ['scheme', scheme],
    ...facts,
  ];
  return { other: { name, tracks: [], facts: given.filter(([, value]) => value !== '') } };
}

/** An image of more bytes is none for a seek bar. */
const MOST_IMAGE = 64 * 2 ** 20;

async function imageFacts(source: ByteSource): Promise<NamedValue[]> {
  if (source.size > MOST_IMAGE) return [];
  const bytes = new Uint8Array(source.size);
  await source.read(0, [bytes]);
  try {
    const { width, height } = readImage(bytes);
    return [['size', `${width}x${height}`]];
  } catch {
    return []; // of a format that nobody here reads
  }
}

function describe(track: Track): OtherDescription['tracks'][number] {
  const { id, kind, language } = track;
  return {
    id,
    kind,
    facts: [...factsOf(track), ...(language === 'und' ? [] : [['language', language] as const])],
  };
}

function factsOf(track: Track): NamedValue[] {
  if (!isCoded(track)) return [['format', track.format]];
  const { codecs, duration, timescale, sampleCount, bytes } = track;
  const form: NamedValue =
    track.kind === 'video'
      ? ['size', `${track.video.width}x${track.video.height}`]
      : ['sound', `${track.audio.channels} channels, ${track.audio.sampleRate} Hz`];
  return [
    ['codecs', codecs],
    form,
    ['samples', String(sampleCount)],
    ['bytes', String(bytes)],
    ['seconds', (duration / timescale).toFixed(3)],
  ];
}
