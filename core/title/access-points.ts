import type { AccessPoint } from '../codecs/access-point.ts';
import { codecOf } from '../codecs/built-in.ts';
import { compositionStart } from '../edits/cut-samples.ts';
import { askHeads } from '../media/sample-heads.ts';
import { compositionTime, type SampleTable } from '../media/samples.ts';
import { filledSegments, type TimedTrack } from '../media/timed-track.ts';
import type { VideoTrack } from '../media/track.ts';
import type { Presentation } from './presentation.ts';

/**
 * The presentation with `accessPoints` for the video tracks whose codec is looked into: containers mark key frames of open
 * GOPs as they mark any, and only the coded pictures tell that others refer over them. One small read a segment.
 * @param warn told once of each input with segments that cannot be decoded alone
 * @throws PackagerError INPUT_NOT_READABLE when an input cannot be read
 */
export async function withAccessPoints(
  presentation: Presentation,
  warn: (message: string) => void,
): Promise<Presentation> {
  const video = await Promise.all(presentation.video.map(lookInto));
  for (const { track, timing } of video) {
    const starts = timing.segmentStarts;
    // Where there is sound alone, nothing begins.
    const segments = starts.filter(
      (start, index) => start < (starts[index + 1] ?? track.samples.count),
    ).length;
    const open = timing.accessPoints?.filter((type) => type > 2).length ?? 0;
    if (open === 0) continue;
    const { path } = presentation.inputs.find(({ index }) => index === track.input)!;
    const [what, sequel] = codecOf(track)?.needsIdr ? withoutIdr(open, segments) : led(open, segments);
    warn(`${path} has ${what}. ${sequel} Encode it with closed GOPs (ffmpeg: -flags +cgop).`);
  }
  return { ...presentation, video };
}

type Warning = readonly [what: string, sequel: string];

/** Pictures refer over the key frame: decoders know that they do, and drop them. */
const led = (open: number, segments: number): Warning => [
  `open GOPs: in ${open} of ${segments} segments the first pictures refer to others before the segment`,
  'They may be broken after a seek or a switch between renditions.',
];

/** Media Source Extensions look into H.264: whatever the container says, only an IDR picture is a key frame. */
const withoutIdr = (open: number, segments: number): Warning =>
  open === segments
    ? [
        'no IDR picture at the start of any segment',
        'DASH players will not start: they take only IDR pictures as key frames. In HLS a seek ends in decoding errors.',
      ]
    : [
        `open GOPs: ${open} of ${segments} segments begin without an IDR picture`,
        'DASH players take only IDR pictures as key frames: after a seek or a switch into such a segment they show nothing up ' +
          'to the next one. In HLS the first pictures may be broken there.',
      ];

async function lookInto({ track, timing }: TimedTrack<VideoTrack>): Promise<TimedTrack<VideoTrack>> {
  const test = codecOf(track)?.accessPoints?.(track.config);
  if (!test) return { track, timing };
  const { samples } = track;
  const { segmentStarts } = timing;
  const filled = filledSegments({ track, timing });
  const accessPoints = new Uint8Array(segmentStarts.length).fill(1);
  await askHeads<AccessPoint>(track, {
    count: filled.length,
    sample: (n) => segmentStarts[filled[n]!]!,
    test,
    // Where the picture does not tell, the container's word counts.
    take([alone, led] = [1, 1], n) {
      const index = filled[n]!;
      accessPoints[index] = isLed(samples, segmentStarts[index]!) ? led : alone;
      return true;
    },
  });
  return { track, timing: { ...timing, accessPoints } };
}

/** Whether pictures are decoded after a sync sample and presented before it. */
function isLed(samples: SampleTable, sample: number): boolean {
  return compositionStart(samples, sample) < compositionTime(samples, sample);
}
