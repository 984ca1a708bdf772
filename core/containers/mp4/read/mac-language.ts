/**
 * Languages by the code of the Macintosh that QuickTime writes into `mdhd` (QuickTime File Format, "Language Code Values"), as BCP
 * 47 has them. What two codes tell apart stays apart: a film has 19 and 33, traditional and simplified Chinese.
 */
const FIRST = `
  en fr de it nl sv es da pt no he ja ar fi el is mt tr hr zh-Hant ur hi th ko lt pl hu et lv se fo fa ru zh-Hans
  nl-BE ga sq ro cs sk sl yi sr mk bg uk be uz kk az-Cyrl az-Arab hy ka ro-MD ky tg tk mn-Mong mn-Cyrl ps ku ks sd
  bo ne sa mr bn as gu pa or ml kn ta te si my km lo vi id tl ms ms-Arab am ti om so sw rw rn ny mg eo`;
/** From 128 on. */
const SECOND = `
  cy eu ca la qu gn ay tt ug dz jv su gl af br iu gd gv ga-Latg to grc kl az-Latn nn`;
const SECOND_START = 128;

const codes = (text: string): string[] => text.trim().split(/\s+/);

const LANGUAGES: ReadonlyMap<number, string> = new Map([
  ...codes(FIRST).map((tag, code) => [code, tag] as const),
  ...codes(SECOND).map((tag, index) => [SECOND_START + index, tag] as const),
]);

/** Smaller codes are of the Macintosh; from here on they are three packed letters, the first of which is not 0. */
const FIRST_PACKED = 0x400;

/**
 * The language that `mdhd` states (ISO/IEC 14496-12, 8.4.2.3; QuickTime File Format).
 * @param code its 16 bits, of which the first means nothing in three letters
 * @param isQuickTime 0 is English; what writes MP4 leaves it where nothing was to be said
 * @returns three letters or, of the Macintosh, a tag of BCP 47; `und` where nothing is stated
 */
export function mediaLanguage(code: number, isQuickTime: boolean): string {
  if (code < FIRST_PACKED) return (code > 0 || isQuickTime ? LANGUAGES.get(code) : undefined) ?? 'und';
  const letters = [10, 5, 0].map((shift) => String.fromCharCode(((code >> shift) & 31) + 0x60)).join('');
  return /^[a-z]{3}$/.test(letters) ? letters : 'und';
}
