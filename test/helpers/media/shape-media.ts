import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dashCenc } from '../../../plugins/index.ts';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { topLevelBoxes } from '../oracles/boxes.ts';
import { shakaPackager } from '../oracles/shaka-packager.ts';
import { outputFolder, packageWith } from '../titles/package.ts';
import { AVC_CLIPS, writeJoined } from './joined-media.ts';
import { withNalLengths } from './nal-lengths.ts';
import { oddMedia } from './odd-media.ts';

/** H.264 alone, whose NAL units have lengths of one or two bytes; none is longer than 250 bytes. */
export const nalLengths = (size: 1 | 2): Promise<string> =>
  madeOnce(`nal-length-${size}.mp4`, async (path) => {
    await ffmpeg([
      ...['-f', 'lavfi', '-t', '3', '-i', 'testsrc2=size=160x96:rate=25', '-c:v', 'libx264', '-qp', '40'],
      ...['-x264-params', 'threads=1:keyint=25:min-keyint=25:scenecut=0:slice-max-size=240'],
      ...['-bsf:v', 'filter_units=remove_types=6', '-movflags', '-faststart', path], // x264's SEI is longer
    ]);
    await writeFile(path, withNalLengths(await readFile(path), size));
  });

/** H.264 whose parameter sets are in the samples alone, in the sample entry `avc3`. */
export const inBandAvc = (): Promise<string> =>
  madeOnce('avc3.mp4', async (path) => {
    const source = await oddMedia('in-band-headers');
    await ffmpeg(['-i', source, '-c', 'copy', '-tag:v', 'avc3', '-movflags', '+faststart', path]);
  });

/** H.264 that changes its size and parameter sets on the way: two sample entries. */
export const severalSampleEntries = (): Promise<string> =>
  madeOnce('several-sample-entries.mp4', async (path) => {
    await writeJoined(path, { files: [await AVC_CLIPS.large(), await AVC_CLIPS.small()] });
  });

/** Video and three languages in the same fragments. */
export const fragmentedLanguages = (): Promise<string> =>
  madeOnce('fragmented-languages.mp4', async (path) => {
    const fragments = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'];
    await ffmpeg(['-i', await oddMedia('languages'), '-map', '0', '-c', 'copy', ...fragments, path]);
  });

/** Fragments that do not say when they start. */
export const withoutTfdt = (): Promise<string> =>
  madeOnce('fragmented-without-tfdt.mp4', async (path) => {
    const file = await readFile(await oddMedia('fragmented'));
    for (let at = file.indexOf('tfdt'); at > 0; at = file.indexOf('tfdt', at)) file.write('free', at);
    await writeFile(path, file);
  });

/** The `moov` behind all fragments, or between them. */
export const movedMoov = (place: 'last' | 'between'): Promise<string> =>
  madeOnce(`fragmented-moov-${place}.mp4`, async (path) => {
    const boxes = topLevelBoxes(await readFile(await oddMedia('fragmented-frames'))); // offsets from each moof
    const moov = boxes.filter(({ type }) => type === 'moov');
    const others = boxes.filter(({ type }) => type !== 'moov' && type !== 'mfra');
    const before = place === 'last' ? others.length : others.findIndex(({ type }) => type === 'mdat') + 1;
    const ordered = [...others.slice(0, before), ...moov, ...others.slice(before)];
    await writeFile(path, Buffer.concat(ordered.map(({ bytes }) => bytes)));
  });

/** CMAF track files of Shaka Packager: video, audio. */
export const shakaTracks = (): Promise<string[]> =>
  Promise.all(
    (['video', 'audio'] as const).map((kind) =>
      madeOnce(`shaka-${kind}.mp4`, async (path) => {
        const input = `in=${await oddMedia('ctts-v0')},stream=${kind},output=${path}`;
        await shakaPackager([input, '--segment_duration', '1', '--use_fake_clock_for_muxer']);
      }),
    ),
  );

/** An initialisation section and the media segments behind each other, as our own DASH has them: video, audio. */
export const joinedSegments = (): Promise<string[]> =>
  Promise.all(
    (['video/1', 'audio/und'] as const).map((folder) =>
      madeOnce(`joined-${folder.slice(0, 5)}.mp4`, async (path) => {
        const input = await oddMedia('ctts-v0');
        const title = { inputs: [input], clear: ['video', 'audio'] as const };
        const { output } = await packageWith([dashCenc({ layout: 'segments' })], title);
        const names = ['init.mp4', 'seg-1.m4s', 'seg-2.m4s', 'seg-3.m4s'];
        const files = names.map((name) => readFile(join(output, outputFolder('DASH', input), folder, name)));
        await writeFile(path, Buffer.concat(await Promise.all(files)));
      }),
    ),
  );

/** Two sizes of one programme: video with sound, video alone. */
export async function renditions(): Promise<string[]> {
  const smaller = await madeOnce('rendition-small.mp4', async (path) => {
    const encoder = ['-c:v', 'libx264', '-preset', 'fast', '-x264-params'];
    const gop = 'threads=1:keyint=25:min-keyint=25:scenecut=0';
    const options = ['-an', '-vf', 'scale=160:90', ...encoder, gop, '-movflags', '+faststart'];
    await ffmpeg(['-i', await oddMedia('ctts-v0'), ...options, path]);
  });
  return [await oddMedia('ctts-v0'), smaller];
}

/** Video alone, and the languages of its sound in a file each. */
export async function separateAudio(): Promise<string[]> {
  const source = await oddMedia('languages');
  const languages = ['eng', 'kor'].map((language, index) =>
    madeOnce(`separate-${language}.mp4`, (path) =>
      ffmpeg(['-i', source, '-map', `0:a:${index}`, '-c', 'copy', path]).then(() => undefined),
    ),
  );
  return [await oddMedia('video-only'), ...(await Promise.all(languages))];
}
