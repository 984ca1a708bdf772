/** Codes of ISO 639-1, each with that of ISO 639-2/T behind it: `dedeu` is German. */
const PAIRS = `
  aaaar ababk aeave afafr akaka amamh anarg arara asasm avava ayaym azaze babak bebel bgbul bibis bmbam bnben
  bobod brbre bsbos cacat ceche chcha cocos crcre csces cuchu cvchv cycym dadan dedeu dvdiv dzdzo eeewe elell
  eneng eoepo esspa etest eueus fafas ffful fifin fjfij fofao frfra fyfry gagle gdgla glglg gngrn guguj gvglv
  hahau heheb hihin hohmo hrhrv hthat huhun hyhye hzher iaina idind ieile igibo iiiii ikipk ioido isisl itita
  iuiku jajpn jvjav kakat kgkon kikik kjkua kkkaz klkal kmkhm knkan kokor krkau kskas kukur kvkom kwcor kykir
  lalat lbltz lglug lilim lnlin lolao ltlit lulub lvlav mgmlg mhmah mimri mkmkd mlmal mnmon mrmar msmsa mtmlt
  mymya nanau nbnob ndnde nenep ngndo nlnld nnnno nonor nrnbl nvnav nynya ococi ojoji omorm orori ososs papan
  pipli plpol pspus ptpor quque rmroh rnrun roron rurus rwkin sasan scsrd sdsnd sesme sgsag sisin skslk slslv
  smsmo snsna sosom sqsqi srsrp ssssw stsot susun svswe swswa tatam tetel tgtgk ththa titir tktuk tltgl tntsn
  toton trtur tstso tttat twtwi tytah uguig ukukr ururd uzuzb veven vivie vovol wawln wowol xhxho yiyid yoyor
  zazha zhzho zuzul`;

const TERMINOLOGY: ReadonlyMap<string, string> = new Map(
  PAIRS.trim()
    .split(/\s+/)
    .map((pair) => [pair.slice(0, 2), pair.slice(2)]),
);

/** Terminology codes by the bibliographic ones (ISO 639-2/B) of the same languages, and by two that are withdrawn. */
const BIBLIOGRAPHIC: Readonly<Record<string, string>> = {
  alb: 'sqi',
  arm: 'hye',
  baq: 'eus',
  bur: 'mya',
  chi: 'zho',
  cze: 'ces',
  dut: 'nld',
  fre: 'fra',
  geo: 'kat',
  ger: 'deu',
  gre: 'ell',
  ice: 'isl',
  mac: 'mkd',
  mao: 'mri',
  may: 'msa',
  per: 'fas',
  rum: 'ron',
  scc: 'srp',
  scr: 'hrv',
  slo: 'slk',
  tib: 'bod',
  wel: 'cym',
};

/**
 * The three letters that come closest to a language: ISO 639-2/T where that has a code, `fra` for `fr`, `fre` and `fr-CA`; else
 * the letters of ISO 639-3; `und` for what is no language.
 * @param tag a code of ISO 639, or a tag of BCP 47
 */
export function threeLetterCode(tag: string): string {
  const [own = ''] = tag.toLowerCase().split('-');
  if (/^[a-z]{3}$/.test(own)) return BIBLIOGRAPHIC[own] ?? own;
  // `iw` is an old spelling of `he`.
  const primary = TERMINOLOGY.has(own) ? own : canonicalPrimary(tag);
  return TERMINOLOGY.get(primary) ?? (/^[a-z]{3}$/.test(primary) ? primary : 'und');
}

function canonicalPrimary(tag: string): string {
  try {
    return new Intl.Locale(tag).language;
  } catch {
    return ''; // a file may say anything
  }
}
