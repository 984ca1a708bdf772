/** A key of the title, as the browser's key system has it. */
export interface SeenKey {
  /** 32 hexadecimal digits. */
  readonly kid: string;
  /** As EME calls it: `usable`, `expired`; `given`: a player has its bytes, without EME. */
  readonly status: string;
}

/** Of the title that plays: another one has another map, so that what comes late of one is not taken for the other's. */
let seen = new Map<string, string>();

/** Listen to the sessions of whatever player makes some. To be called once, before any does. */
export function watchKeySessions(): void {
  const { MediaKeys } = globalThis;
  // Pages that are not of this machine or of https have none.
  if (MediaKeys === undefined) return;
  const create = MediaKeys.prototype.createSession;
  MediaKeys.prototype.createSession = function (...given) {
    const session = create.apply(this, given);
    const own = seen;
    session.addEventListener('keystatuseschange', () => {
      session.keyStatuses.forEach((status, id) => {
        own.set(hexOf(id), status);
      });
    });
    return session;
  };
}

/** A player has the bytes of a key. */
export const noteKey = (kid: string): void => void seen.set(kid, kid === 'none' ? 'missing' : 'given');

/** Those seen since another title was begun. */
export const seenKeys = (): readonly SeenKey[] => [...seen].map(([kid, status]) => ({ kid, status }));

export function forgetKeys(): void {
  seen = new Map();
}

const hexOf = (source: BufferSource): string => {
  const bytes =
    source instanceof ArrayBuffer
      ? new Uint8Array(source)
      : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};
