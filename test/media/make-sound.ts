/**
 * Makes the sound of this folder that is beside the pictures: `node --import tsx test/media/make-sound.ts`.
 * Needs ffmpeg with libflite, a voice that is made up as the tones are. Run it only to change them: they are committed.
 */
import { join } from 'node:path';
import { ffmpeg } from '../helpers/commands/command.ts';
import { SECONDS, tones } from './tones.ts';

/** What the description says of the pictures, and when it begins, in seconds. */
const SPOKEN = [
  { start: 0.4, text: 'Two smooth hills, and between them a valley that ends in a point.' },
  { start: 5.6, text: 'Green turns to blue, and blue to purple. A clock counts the time.' },
  { start: 11, text: 'The shore comes near. It is made of smaller shores.' },
  { start: 15.8, text: 'Spirals on all sides, and in each of them more spirals.' },
];

const voices = SPOKEN.map(
  ({ start, text }, index) =>
    `flite=text='${text}':voice=slt,aresample=48000,aformat=channel_layouts=stereo,adelay=${1000 * start}:all=1[voice${index}]`,
);
const spoken = SPOKEN.map((_, index) => `[voice${index}]`).join('');

/** The film's own tones, lower, so that the voice is understood. */
const description = [
  ...voices,
  `aevalsrc=${tones([330, 440])}:s=48000:c=stereo,volume=0.35[low]`,
  `[low]${spoken}amix=inputs=${SPOKEN.length + 1}:duration=first:normalize=0`,
].join(';');

/** A tone of its own on each side, as in the film, and a third above it: one hears which language plays. */
const german = `aevalsrc=${tones([415, 554])}:s=48000:c=stereo`;

for (const [name, graph, language, rate] of [
  ['sample-de.m4a', german, 'deu', '64k'],
  ['sample-description.m4a', description, 'eng', '96k'],
] as const) {
  await ffmpeg([
    ...['-filter_complex', graph, '-t', `${SECONDS}`, '-c:a', 'aac', '-b:a', rate, '-flags:a', '+bitexact'],
    ...['-map_metadata', '-1', '-metadata:s:a:0', `language=${language}`],
    ...['-fflags', '+bitexact', '-movflags', '+faststart', join(import.meta.dirname, name)],
  ]);
}
