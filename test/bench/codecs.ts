import { measureInTurn, medianSeconds, type Program, peakBytes } from './rounds.ts';
import type { Setting } from './setting.ts';
import { CODECS, type Codec, makeSource, type Source } from './source.ts';
import { markdownTable, mebibytes, speed, verdict } from './table.ts';
import { sealpack } from './works.ts';

/** What every codec promises, of the speed of H.264 under the same scheme. */
const GOAL = 0.7;

/** How the samples are encrypted, and the mode that does it. */
const SCHEMES = [
  { scheme: 'cenc', mode: 'dash-cenc', codecs: CODECS },
  // VP9 in MP4 knows cenc alone.
  { scheme: 'cbcs', mode: 'hls-aes', codecs: CODECS.filter((codec) => codec !== 'VP9') },
] as const;

interface Row extends Program {
  readonly codec: Codec;
  readonly scheme: string;
  readonly source: Source;
}

/** A title of each codec, of one length and about one bit rate, under each scheme that carries it. */
export async function compareCodecs({ folder, megabytes, rounds, options }: Setting): Promise<void> {
  const sources = new Map<Codec, Source>();
  for (const codec of CODECS) sources.set(codec, await makeSource(folder, codec, megabytes));
  console.log(`${megabytes} MB each, 1080p and AAC\n`);
  const rows: Row[] = SCHEMES.flatMap(({ scheme, mode, codecs }) =>
    codecs.map((codec) => {
      const source = sources.get(codec)!;
      return {
        codec,
        scheme,
        source,
        ...sealpack(
          source,
          folder,
          { modes: [mode], plugin: ['mode-hls-aes', { container: 'fmp4' }] },
          { extra: options },
        ),
      };
    }),
  );
  const measured = await measureInTurn(rows, rounds, folder);
  const speeds = rows.map(({ source }, index) => source.bytes / medianSeconds(measured[index]!));
  const h264 = ({ scheme }: Row) =>
    speeds[rows.findIndex((row) => row.codec === 'H.264' && row.scheme === scheme)]!;

  const cells = rows.map((row, index) => {
    const seconds = medianSeconds(measured[index]!);
    const ratio = speeds[index]! / h264(row);
    return [
      `${row.codec}, ${row.scheme}`,
      seconds.toFixed(2),
      speed(row.source.bytes, seconds),
      ratio.toFixed(2),
      mebibytes(peakBytes(measured[index]!)),
      row.codec === 'H.264' ? '' : verdict(`≥ ${GOAL} × H.264`, ratio >= GOAL),
    ];
  });
  console.log(markdownTable(['', 'seconds', 'MB/s', '× H.264', 'peak MiB', 'goal'], cells));
}
