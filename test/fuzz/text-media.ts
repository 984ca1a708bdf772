import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageTitle, type Report } from '../../core/index.ts';
import { dashCenc, demuxText } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { testPlugins, titleOptions } from '../helpers/titles/package.ts';

const VTT = `WEBVTT

REGION
id:low width:40% lines:3 regionanchor:0%,100% viewportanchor:10%,90% scroll:up

STYLE
::cue(.loud), ::cue(v[voice="Mary"]) { color: rgba(255, 0, 0, 0.5); font-size: 120% }

one
00:00.000 --> 00:00.500 line:10% position:20%,line-left align:start size:35%
<i>one</i> &amp; <c.loud.bg_blue>two</c> <ruby>漢<rt>かん</rt></ruby>

00:00.300 --> 00:00.900 region:low
<v Mary>three<00:00.500> <u>four</u></v>

00:00.700 --> 00:01.100 vertical:rl
<lang he>שלום</lang>
`;
const SRT = `1
00:00:00,000 --> 00:00:00,500
{\\an8}<b>one</b> <font color="#ff8800" size="20">two</font> é😀

2
00:00:00,400 --> 00:00:01,100
<i>three
four</i> {\\pos(1,2)}
`;
const TTML = `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"
  ttp:timeBase="media" ttp:frameRate="25" ttp:cellResolution="40 20" tts:extent="1280px 720px" xml:lang="de">
  <head><styling><style xml:id="s1" tts:color="yellow"/><style xml:id="s2" style="s1" tts:fontSize="80%"/></styling>
  <layout><region xml:id="r1" tts:origin="10% 80%" tts:extent="80% 10%" tts:displayAlign="after" tts:textAlign="center"/>
  <region xml:id="r2" tts:position="right 10% top 2c" tts:extent="320px 144px" tts:writingMode="tbrl"/></layout></head>
  <body style="s2"><div region="r1"><p begin="0s" end="00:00:00:12" xml:id="p1">one <span tts:fontStyle="italic">two</span><br/>&amp; three</p>
  <p begin="0.4s" dur="0.5s">four <span begin="0.2s" style="s1">five</span><set begin="0.1s" tts:color="red"/></p></div>
  <div region="r2" timeContainer="seq"><p dur="0.3s"><span tts:ruby="container"><span tts:ruby="base">漢</span><span tts:ruby="text">かん</span></span></p>
  <p dur="10f" tts:direction="rtl" tts:unicodeBidi="embed">שלום</p></div></body>
</tt>
`;

/** Subtitles that say all that their format can, within a second. */
const SOURCES = { vtt: VTT, srt: SRT, ttml: TTML } as const;

type Source = keyof typeof SOURCES;

export const textFile = (source: Source): Promise<string> =>
  madeOnce(`fuzz-sound.${source}`, (path) => writeFile(path, SOURCES[source]));

/** As ffmpeg puts it into a file of its own. */
export const textTrack = (name: string, source: Source, codec: string): Promise<string> =>
  madeOnce(`fuzz-${name}`, async (path) => {
    await ffmpeg(['-i', await textFile(source), '-c:s', codec, '-bitexact', path]);
  });

/** As we write it beside a film, in fragmented MP4. */
export const packagedText = (name: string, source: Source, film: () => Promise<string>): Promise<string> =>
  madeOnce(`fuzz-${name}`, async (path) => {
    const title = titleOptions({ inputs: [await film(), await textFile(source)], segmentDuration: 0.4 });
    let report: Report | undefined;
    await packageTitle({
      title,
      plugins: [...testPlugins(), demuxText(), dashCenc()],
      onEvent: (event) => {
        if (event.type === 'finished') report = event.report;
      },
    });
    const [mode] = report!.modes;
    const text = mode!.renditions.find(({ tracks }) => tracks.some(({ kind }) => kind === 'text'));
    await copyFile(join(title.output, mode!.outputs[0] ?? '', text!.files[0]!.path), path);
    await rm(dirname(title.output), { recursive: true });
    if ((await readFile(path)).length === 0) throw new Error(`${name} is empty`);
  });
