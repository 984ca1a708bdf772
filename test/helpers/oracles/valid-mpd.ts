import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { boxesBetween } from '../verify/boxes.ts';
import { trackEncryptions } from '../verify/track-encryption.ts';
import { type FileParts, faultsOf } from './file-parts.ts';
import {
  type Addressing,
  addressing,
  attribute,
  children,
  type MpdElement,
  type MpdSegment,
  parseMpd,
  seconds,
  textOf,
} from './mpd-document.ts';
import { fragmentFaults } from './valid-playlists.ts';
import { imageSetFaults } from './valid-thumbnails.ts';

/** What is wrong with an MPD that a schema cannot see (ISO/IEC 23009-1, 5.3). */
export function mpdFaults(path: string, files: FileParts): string[] {
  const mpd = parseMpd(readFileSync(path, 'utf8'));
  const buffer = seconds(attribute(mpd, 'minBufferTime'));
  const ends: number[] = [];
  const faults: string[] = [];
  for (const period of children(mpd, 'Period')) {
    const sets = children(period, 'AdaptationSet');
    const representations = sets.flatMap((set) => children(set, 'Representation'));
    faults.push(...idFaults(sets), ...idFaults(representations), ...roleFaults(sets));
    for (const set of sets) {
      faults.push(
        ...faultsOf(`AdaptationSet ${attribute(set, 'id')}`, () => {
          if (attribute(set, 'mimeType') === 'text/vtt') return textFileFaults(dirname(path), set);
          if (attribute(set, 'contentType') === 'image') return imageSetFaults(dirname(path), set);
          const found = children(set, 'Representation').map((one) => addressing(dirname(path), one, files));
          ends.push(
            ...found
              .flatMap(({ segments }) => segments.slice(-1))
              .map(({ start, duration }) => start + duration),
          );
          return [...setFaults(set, found, files), ...rateFaults(set, found, buffer)];
        }),
      );
    }
  }
  const duration = seconds(attribute(mpd, 'mediaPresentationDuration'));
  const end = Math.max(...ends);
  // An index is of media, whose last sample an edit list may end earlier.
  if (!(Math.abs(end - duration) < 0.1))
    faults.push(`@mediaPresentationDuration is ${duration} s, segments end at ${end} s`);
  return faults;
}

/** Unique in the period (5.3.3.2, 5.3.5.2), and no list: @dependencyId and others hold several. */
function idFaults(elements: readonly MpdElement[]): string[] {
  const ids = elements.map((element) => attribute(element, 'id') ?? '');
  return ids.filter((id, index) => /^$|\s/.test(id) || ids.indexOf(id) !== index).map((id) => `@id "${id}"`);
}

/**
 * One programme of a kind is what to play unless somebody chooses, and all sets that hold it are said to be that. Subtitles are only
 * played when somebody chooses, pictures to search by in the place of others.
 */
function roleFaults(sets: readonly MpdElement[]): string[] {
  const toPlay = sets.filter((set) => children(set, 'EssentialProperty').length === 0);
  return [...new Set(toPlay.map((set) => attribute(set, 'contentType')))]
    .filter((type) => type !== 'text' && type !== 'image')
    .filter((type) => {
      const own = toPlay.filter((set) => attribute(set, 'contentType') === type);
      const mains = new Set(own.filter((set) => rolesOf(set).includes('main')).map(programmeOf));
      return (
        mains.size !== 1 || own.some((set) => mains.has(programmeOf(set)) && !rolesOf(set).includes('main'))
      );
    })
    .map((type) => `not one main programme of ${type}`);
}

const rolesOf = (set: MpdElement): string[] =>
  children(set, 'Role').map((role) => attribute(role, 'value') ?? '');

/** What a viewer would choose it by: language, purpose and name. To be the main or another one is no purpose. */
const programmeOf = (set: MpdElement): string =>
  JSON.stringify([
    attribute(set, 'contentType') === 'video' ? undefined : [attribute(set, 'lang'), children(set, 'Label')],
    rolesOf(set).filter((role) => !/^(main|alternate)$/.test(role)),
    children(set, 'Accessibility'),
  ]);

/** Subtitles that are one file: a player fetches it, and needs to know nothing more (5.3.9.2). */
function textFileFaults(folder: string, set: MpdElement): string[] {
  return children(set, 'Representation').flatMap((one) => {
    const file = join(folder, decodeURIComponent(textOf(children(one, 'BaseURL')[0])));
    return /^WEBVTT\n\n/.test(readFileSync(file, 'utf8')) ? [] : [`${file} is no WebVTT`];
  });
}

function setFaults(set: MpdElement, found: readonly Addressing[], files: FileParts): string[] {
  const representations = children(set, 'Representation');
  const isVideo = attribute(set, 'contentType') === 'video';
  const shared = {
    '@codecs': (one: MpdElement) => attribute(one, 'codecs')?.split('.')[0],
    AudioChannelConfiguration: (one: MpdElement) =>
      JSON.stringify(children(one, 'AudioChannelConfiguration')),
  };
  const faults = Object.entries(shared).flatMap(([name, of]) => {
    const values = [...new Set(representations.map(of))];
    return values.length > 1 ? [`${name} of ${values.join(' and ')}`] : [];
  });
  if (representations.some((one) => children(one, 'ContentProtection').length > 0))
    faults.push('ContentProtection in a Representation');
  for (const [most, own] of [
    ['maxWidth', 'width'],
    ['maxHeight', 'height'],
  ] as const) {
    const size = Math.max(...representations.map((one) => Number(attribute(one, own))));
    if (isVideo && Number(attribute(set, most)) !== size) faults.push(`@${most} is not ${size}`);
  }
  const [first, ...others] = found;
  for (const other of others) faults.push(...alignmentFaults(first!.segments, other.segments, isVideo));
  for (const [index, one] of found.entries()) {
    faults.push(
      ...faultsOf(attribute(representations[index], 'id') ?? '', () => [
        ...protectionFaults(set, one, files),
        ...one.segments.flatMap(({ path, part }, n) =>
          faultsOf(`segment ${n}`, () => fragmentFaults(files.boxes(path, part))),
        ),
      ]),
    );
  }
  return [...faults, ...psshFaults(set)];
}

/** Pictures begin at the same times; sound within a frame, whose length codecs do not share (@segmentAlignment, 5.3.3.2). */
function alignmentFaults(
  one: readonly MpdSegment[],
  other: readonly MpdSegment[],
  isVideo: boolean,
): string[] {
  if (one.length !== other.length) return [`${one.length} segments and ${other.length}`];
  const tolerance = isVideo ? 0.001 : 0.1;
  const apart = one.findIndex(({ start }, index) => Math.abs(start - other[index]!.start) > tolerance);
  return apart < 0 ? [] : [`segment ${apart} begins at ${one[apart]!.start} and ${other[apart]!.start} s`];
}

/** Scheme and key of the set are those of its files (5.8.5.2; ISO/IEC 23001-7, 8.2). */
function protectionFaults(set: MpdElement, { init: { path, part } }: Addressing, files: FileParts): string[] {
  const bytes = files.read(path, part);
  const boxes = boxesBetween(bytes, 0, bytes.length);
  if (boxes.map(({ type }) => type).join() !== 'ftyp,moov')
    return ['the initialisation section is not ftyp and moov'];
  const mp4 = children(set, 'ContentProtection').find(
    (one) => attribute(one, 'schemeIdUri') === 'urn:mpeg:dash:mp4protection:2011',
  );
  const stated =
    mp4 && [attribute(mp4, 'value'), attribute(mp4, 'cenc:default_KID')?.replaceAll('-', '')].join();
  const protection = trackEncryptions(bytes, boxes[1]!).find((entry) => entry !== undefined);
  const written = protection && [protection.scheme, protection.keyId].join();
  return stated === written ? [] : [`protected as ${stated}, and is ${written}`];
}

/** `cenc:pssh` holds one box, of the system that it stands under (ISO/IEC 23001-7, 11.2). */
const psshFaults = (set: MpdElement): string[] =>
  children(set, 'ContentProtection').flatMap((protection) =>
    children(protection, 'cenc:pssh').flatMap((element) => {
      const box = Buffer.from(textOf(element), 'base64');
      const system = attribute(protection, 'schemeIdUri')
        ?.toLowerCase()
        .replace('urn:uuid:', '')
        .replaceAll('-', '');
      const isBox =
        box.length >= 32 && box.readUInt32BE(0) === box.length && box.toString('latin1', 4, 8) === 'pssh';
      return isBox && box.toString('hex', 12, 28) === system ? [] : [`cenc:pssh of ${system}`];
    }),
  );

/**
 * @bandwidth is enough (5.3.5.2): a client that starts anywhere after @minBufferTime and loads at that rate has each segment when it
 * is due. So bits loaded in excess of what the rate brings until then never come to more than the buffer does.
 */
function rateFaults(set: MpdElement, found: readonly Addressing[], buffer: number): string[] {
  return children(set, 'Representation').flatMap((representation, index) => {
    const rate = Number(attribute(representation, 'bandwidth'));
    let [late, before, worst] = [0, 0, 0]; // bits that are to come at the worst start so far; seconds; bits
    for (const { start, part } of found[index]!.segments) {
      // What is before the period is not shown: the clock of who loads it begins at 0, too.
      const due = Math.max(0, start);
      late = Math.max(0, late - rate * (due - before)) + part.length * 8;
      before = due;
      worst = Math.max(worst, late);
    }
    const isEnough = worst <= rate * buffer * (1 + 1e-6) + 8;
    return isEnough
      ? []
      : [`@bandwidth ${rate} of ${attribute(representation, 'id')} needs ${worst / buffer}`];
  });
}
