import { readFileSync } from 'node:fs';
import {
  type AppleOutput,
  type Attributes,
  filesOf,
  lengthOf,
  pathsOf,
  renditionsOf,
  tagsOf,
  variantsOf,
} from './output.ts';
import { type AppleRule, inWords, pictures, wrong } from './rule.ts';

const audioNames = (output: AppleOutput): string[][] =>
  [...new Set(renditionsOf(output, 'AUDIO').map((tag) => tag['GROUP-ID']!))].map((group) =>
    renditionsOf(output, 'AUDIO', group)
      .map((tag) => tag['NAME']!)
      .sort(),
  );

/** Of sound, subtitles and captions. */
export const RENDITION_RULES: readonly AppleRule[] = [
  {
    clause: '2.19',
    what: 'all audio groups have the same names',
    faults: (output) => {
      const names = audioNames(output).map((list) => list.join());
      return names.length < 2 ? undefined : names.filter((list) => list !== names[0]);
    },
    breaks: ['master', /(GROUP-ID="audio-[^"]*",NAME=")/, '$1Another '],
  },
  {
    clause: 'Audio groups',
    what: 'one of the variants has stereo (or mono) in AAC',
    faults: (output) => {
      const codecs = variantsOf(output).map(({ attributes: { CODECS = '', AUDIO } }) => ({
        isAac: /\bmp4a\.40\.(2|5|29)\b/.test(CODECS),
        isHeard: /mp4a|ac-3|ec-3/.test(CODECS),
        channels:
          AUDIO === undefined ? ['2'] : renditionsOf(output, 'AUDIO', AUDIO).map((tag) => tag['CHANNELS']),
      }));
      if (!codecs.some(({ isHeard }) => isHeard)) return undefined;
      return codecs.some(
        ({ isAac, channels }) => isAac && channels.some((count) => /^[12]$/.test(count ?? '')),
      )
        ? []
        : ['none has'];
    },
    breaks: ['master', /mp4a\.40\.\d+/g, 'ac-3'],
  },
  {
    clause: 'Audio description',
    what: 'what describes the pictures is chosen by itself by those who ask for it',
    faults: (output) =>
      wrong(
        renditionsOf(output, 'AUDIO').filter(({ CHARACTERISTICS = '' }) =>
          CHARACTERISTICS.includes('describes-video'),
        ),
        ({ CHARACTERISTICS, AUTOSELECT }) =>
          CHARACTERISTICS === 'public.accessibility.describes-video' && AUTOSELECT === 'YES',
        inWords,
      ),
    breaks: ['master', /AUTOSELECT=YES(?=[^\n]*describes-video)/, 'AUTOSELECT=NO'],
  },
  {
    clause: '4.3, 4.4',
    what: 'closed captions are declared with their language and channel, or said not to be there',
    faults: (output) =>
      wrong(
        pictures(output),
        ({ attributes: { 'CLOSED-CAPTIONS': group } }) =>
          group === 'NONE' ||
          (group !== undefined &&
            renditionsOf(output, 'CLOSED-CAPTIONS', group).length > 0 &&
            renditionsOf(output, 'CLOSED-CAPTIONS', group).every(
              (tag) => tag['LANGUAGE'] && tag['INSTREAM-ID'],
            )),
        ({ uri }) => uri,
      ),
    breaks: ['master', /,CLOSED-CAPTIONS=(NONE|"[^"]*")/, ''],
  },
  {
    clause: '4.5, 4.6',
    what: 'subtitles for the deaf have both characteristics, and are chosen by themselves',
    faults: (output) =>
      wrong(
        renditionsOf(output, 'SUBTITLES').filter(({ CHARACTERISTICS }) => CHARACTERISTICS !== undefined),
        ({ CHARACTERISTICS = '', AUTOSELECT }) =>
          ['transcribes-spoken-dialog', 'describes-music-and-sound'].every((name) =>
            CHARACTERISTICS.split(',').includes(`public.accessibility.${name}`),
          ) && AUTOSELECT === 'YES',
        inWords,
      ),
    breaks: ['master', /public\.accessibility\.transcribes-spoken-dialog,/, ''],
  },
  {
    clause: '5.3',
    what: 'WebVTT has a map of its times under its first line',
    faults: (output) => {
      const plain = pathsOf(output, 'SUBTITLES').filter(
        (path) => !output.playlists.get(path)!.includes('#EXT-X-MAP'),
      );
      const files = plain.flatMap((path) => filesOf(output, path, output.playlists.get(path)!));
      return wrong(
        files,
        (file) =>
          /^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:\d+,LOCAL:\d\d:\d\d:\d\d\.\d{3}\n/.test(
            readFileSync(file, 'utf8'),
          ),
        (file) => file,
      );
    },
    breaks: [/^text-/, /\n[^#\n]+\.vtt\n/, '\nstream.m3u8\n'],
  },
  {
    clause: '5.5',
    what: 'subtitles last as long as the title',
    faults: (output) => {
      const length = lengthOf(output.playlists.get(variantsOf(output)[0]!.uri)!);
      return wrong(
        pathsOf(output, 'SUBTITLES'),
        (path) => Math.abs(lengthOf(output.playlists.get(path)!) - length) < 0.1,
        (path) => path,
      );
    },
    breaks: [/^text-/, /#EXTINF:[^\n]*\n(#[^\n]*\n)?[^#\n]+\n(?=#EXT-X-ENDLIST)/, ''],
  },
  {
    clause: '5.10',
    what: 'CODECS names TTML where a variant has it',
    faults: (output) => {
      const isTtml = ({ URI = '' }: Attributes) => output.playlists.get(URI)!.includes('#EXT-X-MAP');
      const own = variantsOf(output).filter(({ attributes: { SUBTITLES: group } }) =>
        group === undefined ? false : renditionsOf(output, 'SUBTITLES', group).some(isTtml),
      );
      return wrong(
        own,
        ({ attributes: { CODECS = '' } }) => CODECS.split(',').includes('stpp.ttml.im1t'),
        ({ uri }) => uri,
      );
    },
    breaks: ['master', /,stpp\.ttml\.im1t/, ''],
  },
  {
    clause: '5.11',
    what: 'forced subtitles are chosen by themselves',
    faults: (output) =>
      wrong(
        renditionsOf(output, 'SUBTITLES').filter(({ FORCED }) => FORCED === 'YES'),
        ({ AUTOSELECT }) => AUTOSELECT === 'YES',
        inWords,
      ),
    breaks: ['master', /AUTOSELECT=YES,FORCED=YES/, 'AUTOSELECT=NO,FORCED=YES'],
  },
  {
    clause: '8.10',
    what: 'LANGUAGE is on all renditions',
    faults: (output) =>
      wrong(tagsOf(output.master, 'EXT-X-MEDIA'), ({ LANGUAGE }) => Boolean(LANGUAGE), inWords),
    breaks: ['master', /(#EXT-X-MEDIA:[^\n]*),LANGUAGE="[^"]*"/, '$1'],
  },
  {
    clause: '9.6, 9.7',
    what: 'multichannel and further audio is in renditions of its own, which say their channels',
    faults: (output) => {
      const all = renditionsOf(output, 'AUDIO');
      const isFurther = ({ CHANNELS = '', DEFAULT }: Attributes) =>
        !/^[12]$/.test(CHANNELS) || DEFAULT === 'NO';
      return wrong(
        all.filter(isFurther),
        ({ CHANNELS, URI }) => CHANNELS !== undefined && URI !== undefined,
        inWords,
      );
    },
    breaks: ['master', /,CHANNELS="6",URI="[^"]*"/, ',CHANNELS="6"'],
  },
];
