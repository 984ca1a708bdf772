import { readImage } from '../containers/images/read-image.ts';
import { Packager, type Plugin } from '../contract/packager.ts';
import { Run } from '../contract/run.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import type { NamedValue, OtherDescription } from '../inspect/describe/description.ts';
import type { Wrapper } from '../inspect/model/wrapper.ts';
import type { ByteSource } from '../io/byte-source.ts';
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
): (source: ByteSource) => Promise<OtherDescription | undefined> {
  const packager = new Packager(plugins);
  return async (source) => {
    const head = new Uint8Array(Math.min(source.size, LOOK));
    await source.read(0, [head]);
    const wrapper = packager.wrappers.find(({ accepts }) => accepts(head.subarray(0, WRAPPER_HEAD)));
    if (wrapper) return describeWrapped(wrapper, source);
    const name = foreignFormat(head)?.name;
    const input = { index: 0, path: source.name, name: source.name, bytes: source.size };
    const run = new Run({ title: NO_TITLE, inputs: [input] }, signal);
    const tracks = await packager.hooks.demux.promise({ source: keptOpen(source), input }, run);
    if (!tracks && name === undefined) return undefined;
    return {
      name: name ?? 'a media file',
      tracks: tracks?.map(describe) ?? [],
      facts: name?.endsWith('image') ? await imageFacts(source) : [],
    };
  };
}

/** Bytes by which a wrapper knows its files. */
const WRAPPER_HEAD = 64;

/** What a vendor's format says of itself: without a key what is in it stays unknown. */
async function describeWrapped(wrapper: Wrapper, source: ByteSource): Promise<OtherDescription> {
  const { kid, scheme, contentId, facts } = await wrapper.open(keptOpen(source), () => undefined);
  const given: NamedValue[] = [
    ['key id', kid ?? ''],
    ['content id', contentId ?? ''],
    ['scheme', scheme],
    ...facts,
  ];
  return { name: wrapper.name, tracks: [], facts: given.filter(([, value]) => value !== '') };
}

/** Who asks closes it. */
const keptOpen = (source: ByteSource): ByteSource => ({
  name: source.name,
  size: source.size,
  read: (position, targets) => source.read(position, targets),
  close: async () => {},
});

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
