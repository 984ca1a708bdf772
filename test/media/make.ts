/**
 * Makes the renditions of the sample in this folder: `node --import tsx test/media/make.ts`.
 * Needs ffmpeg with libx264 and fontconfig, and a monospaced font. Run it only to change the samples: they are committed.
 */
import { join } from 'node:path';
import { ffmpeg } from '../helpers/commands/command.ts';
import { SECONDS, tones } from './tones.ts';

const RATE = 25;
/** GOPs of exactly 2 s, closed, at the same times in all renditions: any of them can be switched to at any cut. */
const GOP = 2 * RATE;

/** Width, height, peak video kbit/s, audio kbit/s. */
const RENDITIONS = [
  { width: 640, height: 360, video: 760, audio: 96 },
  { width: 480, height: 270, video: 380, audio: 64 },
  { width: 320, height: 180, video: 170, audio: 48 },
];

/** A fractal that is entered; a white square flashes on each full second, in time with a beep. */
const PICTURE = `mandelbrot=size=640x360:rate=${RATE}:start_scale=0.6:end_scale=0.004:end_pts=500:maxiter=400`;
const FLASH = "drawbox=x=iw-64:y=24:w=40:h=40:color=white:t=fill:enable='lt(mod(t,1),0.16)'";

const label = (text: string, size: string, y: string): string =>
  `drawtext=font=monospace:${text}:fontsize=${size}:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=6:x=(w-tw)/2:y=${y}`;

const renditions = RENDITIONS.map(({ width, height }, index) =>
  [
    `[${index}]scale=${width}:${height}`,
    label(`timecode='00\\:00\\:00\\:00':rate=${RATE}`, 'h/7', '(h-th)/2'),
    `${label(`text='${height}p'`, 'h/12', 'h*0.72')}[v${index}]`,
  ].join(','),
);
const graph = [
  `${PICTURE},gblur=sigma=0.7,hue=h=18*t:s=0.8,${FLASH},format=yuv420p,split=${RENDITIONS.length}[0][1][2]`,
  ...renditions,
  `aevalsrc=${tones([330, 440])}:s=48000:c=stereo,asplit=${RENDITIONS.length}[a0][a1][a2]`,
].join(';');

const outputs = RENDITIONS.flatMap(({ height, video, audio }, index) => [
  ...['-map', `[v${index}]`, '-map', `[a${index}]`, '-t', `${SECONDS}`],
  ...['-c:v', 'libx264', '-preset', 'veryslow', '-profile:v', 'high', '-bf', '3', '-crf', '24'],
  ...['-maxrate', `${video}k`, '-bufsize', `${2 * video}k`],
  ...['-g', `${GOP}`, '-keyint_min', `${GOP}`, '-sc_threshold', '0', '-flags:v', '+cgop+bitexact'],
  ...['-c:a', 'aac', '-b:a', `${audio}k`, '-flags:a', '+bitexact'],
  ...['-map_metadata', '-1', '-fflags', '+bitexact', '-movflags', '+faststart'],
  join(import.meta.dirname, `sample-${height}p.mp4`),
]);

await ffmpeg(['-filter_complex', graph, ...outputs]);
