import { finding } from '../../findings/make.ts';
import { inFile, ofEach } from '../check.ts';

/** What the reader of MPEG-TS saw: packets, tables, PES packets, and what says how streams are encrypted. */
export const checkTransport = ofEach(function* (rendition) {
  const facts = rendition.media?.transport;
  // Entries of I-frame playlists are pieces: tables and clocks are in what is between them.
  if (!facts || rendition.listed.kind === 'trick') return;
  for (const [code, count] of facts.counts) {
    const first = facts.list.find((fact) => fact.code === code);
    if (!first) continue;
    const { file, offset, message } = first;
    const place = inFile(rendition, { file, offset });
    const found = finding(`TS_${code}`, place, `${file}: at byte ${offset}: ${message}`);
    yield count > 1 ? { ...found, count } : found;
  }
});
