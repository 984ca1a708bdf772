import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AudioRenditionTrack } from '../../core/contract/rendition.ts';
import { type AudioMember, audioGroups, audioTags } from '../../core/manifest/hls-audio-groups.ts';
import { type HlsPlace, hlsPlaces } from '../../core/manifest/hls-places.ts';
import { audioTrack, inOneFile } from '../helpers/titles/renditions.ts';

const test = suite('HLS audio groups');

const AAC = audioTrack('eng');
const eac3 = (language: string): AudioRenditionTrack =>
  audioTrack(language, { entry: 'ec-3', codecs: 'ec-3' });

function beside(track: AudioRenditionTrack): AudioMember {
  const path = `audio-${track.language}-${track.entry}/stream.m3u8`;
  const shape = { id: 'audio', tracks: [track], sizes: [1], durations: [1] };
  return { track, beside: { rendition: inOneFile(shape, 'media.ts'), path } };
}

const named = (members: readonly AudioMember[]): string[] =>
  members.map(({ track, beside: other }) => `${track.language} ${track.entry}${other ? '' : ' muxed'}`);

const [PLACE] = hlsPlaces({}, 'master.m3u8', undefined) as [HlsPlace];

test('there is no group where nothing stands beside the variants', () => {
  assert.equal(audioGroups([AAC], []), []);
});

test('languages of one codec are one group', () => {
  const groups = audioGroups([AAC], [beside(audioTrack('kor')), beside(audioTrack('und'))]);
  assert.equal(
    groups.map(({ id, members }) => [id, ...named(members)]),
    [['audio', 'eng mp4a muxed', 'kor mp4a', 'und mp4a']],
  );
});

test('each codec is a group, with the languages of all: another codec takes the place of what is not there', () => {
  const groups = audioGroups([AAC], [beside(audioTrack('kor')), beside(eac3('fra')), beside(eac3('eng'))]);
  assert.equal(
    groups.map(({ id, members }) => [id, ...named(members)]),
    [
      ['audio', 'eng mp4a muxed', 'kor mp4a', 'fra ec-3'],
      ['audio-ec-3', 'kor mp4a', 'fra ec-3', 'eng ec-3'],
    ],
  );
});

test('the default of every group is the language of the title, wherever it stands', () => {
  const groups = audioGroups([AAC], [beside(audioTrack('kor')), beside(eac3('eng'))]);
  const defaults = groups.map((group) =>
    audioTags(group, PLACE).filter((tag) => tag.includes('DEFAULT=YES')),
  );
  assert.is(defaults.flat().length, 2);
  assert.ok(defaults.flat().every((tag) => tag.includes('LANGUAGE="en"')));
});

test('CHANNELS counts channels, or objects', () => {
  const joc = audioTrack('eng', {
    ...{ entry: 'ec-3', codecs: 'ec-3' },
    audio: { channels: 6, sampleRate: 48_000, dolby: { speakers: 0xf801, jocComplexity: 16 } },
  });
  const surround = audioTrack('eng', {
    ...{ entry: 'ac-3', codecs: 'ac-3' },
    audio: { channels: 6, sampleRate: 48_000, dolby: { speakers: 0xf801 } },
  });
  const tags = audioGroups([], [beside(joc), beside(surround)]).flatMap((group) => audioTags(group, PLACE));
  assert.equal(
    tags.map((tag) => /CHANNELS="([^"]*)"/.exec(tag)?.[1]),
    ['16/JOC', '6'],
  );
});

test.run();
