import { PackagerError } from '../../base/errors.ts';
import type { Claim, Finding, Verification } from '../../inspect/findings/finding.ts';
import { damageFinding, finding } from '../../inspect/findings/make.ts';
import { verdictOf } from '../../inspect/findings/verdict.ts';
import { DamageError } from '../../inspect/model/damage-error.ts';
import type { TrackReader } from '../../inspect/model/track-reader.ts';
import type { Wrapper } from '../../inspect/model/wrapper.ts';
import { isMp4, openMp4 } from '../../inspect/mp4/index.ts';
import { openTransport } from '../../inspect/mpegts/open-transport.ts';
import { isTransportStream } from '../../inspect/mpegts/packets.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { keptOpen } from '../../io/kept-open.ts';
import type { OpenTitle } from '../open-title.ts';
import { compareWithInputs } from './compare-whole.ts';
import { judgeTracks } from './judge-tracks.ts';
import { listedAlone } from './list-packages.ts';
import type { SizedFiles } from './sized-files.ts';
import { summaryOf } from './summary.ts';
import type { PackageVerification } from './verification.ts';
import type { PackageLookup } from './verify-package.ts';

/** Bytes by which the format of what is in it is known. */
const HEAD = 1024;

/** A file of a vendor's format that holds another one: what is in it is that, byte for byte, or is judged by its form. */
export async function verifyWrapped(
  path: string,
  { open, name }: Wrapper,
  files: SizedFiles,
  { lookup, asksKeys }: PackageLookup,
  source: OpenTitle | undefined,
): Promise<PackageVerification> {
  const findings: Finding[] = [];
  const claims: Claim[] = [];
  const file = await files.open(path);
  try {
    const { clear, kid } = await open(file, lookup);
    const claim = { rendition: path, what: 'file' as const, count: clear?.size ?? 0 };
    if (!clear) {
      claims.push({ ...claim, assurance: 'unchecked', why: `there is no key ${kid ?? 'for it'}` });
      if (asksKeys) findings.push(unknownKey(path, kid));
    } else if (source) {
      const told = await compareWithInputs(path, clear, source);
      if (told) findings.push(told);
      else claims.push({ ...claim, assurance: 'proved' });
    } else {
      const judged = await judgeClear(path, clear);
      for (const one of judged.findings) findings.push(one);
      for (const one of judged.claims) claims.push(one);
    }
  } catch (error) {
    if (error instanceof DamageError) findings.push(damageFinding(error, path));
    else if (!PackagerError.is(error) || error.code === 'CANCELLED') throw error;
    else {
      const code = error.code === 'INVALID_KEY' ? 'WRONG_KEY' : 'DAMAGED';
      findings.push(finding(code, { file: path, rendition: path }, `${path}, ${name}: ${error.message}`));
    }
  } finally {
    await file.close();
  }
  const verdict = verdictOf(findings, claims);
  return { path, kind: 'file', verdict, summary: summaryOf(verdict, findings, claims), findings, claims };
}

const unknownKey = (path: string, kid: string | undefined): Finding =>
  finding(
    'KEY_UNKNOWN',
    { file: path, rendition: path },
    `${path} is under ${kid === undefined ? 'a key' : `the key ${kid}`} that no key source of the title has: it was not decrypted.`,
    kid === undefined ? {} : { found: kid },
  );

/** By the form of its samples, where it is of a format that is read here; inputs may be of others. */
async function judgeClear(
  path: string,
  clear: ByteSource,
): Promise<Pick<Verification, 'findings' | 'claims'>> {
  const readers = await readersOf(path, clear);
  if (!readers) {
    const why = 'there is no source to compare with, and what is in it is neither MP4 nor MPEG-TS';
    return {
      findings: [],
      claims: [{ rendition: path, what: 'file', count: clear.size, assurance: 'unchecked', why }],
    };
  }
  const outputs = readers
    .filter(({ track }) => track.kind === 'video' || track.kind === 'audio')
    .map((reader, place) => ({
      rendition: path,
      reader,
      fileOf: () => path,
      language: undefined,
      clock: { offset: 0 },
      zero: 0,
      place,
      isPart: false,
    }));
  return judgeTracks(outputs);
}

/** Who reads the tracks of what is in it. @throws DamageError; `undefined`: nobody here */
async function readersOf(path: string, clear: ByteSource): Promise<readonly TrackReader[] | undefined> {
  if (await isMp4(clear)) return (await openMp4(clear)).tracks;
  const head = new Uint8Array(Math.min(clear.size, HEAD));
  await clear.read(0, [head]);
  if (!isTransportStream(head, head.length)) return undefined;
  const { segments } = listedAlone(path);
  const open = async (): Promise<ByteSource> => keptOpen(clear);
  return (await openTransport({ segments, open, lookup: () => undefined })).readers;
}
