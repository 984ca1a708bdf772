/** `1080p · 4.2 Mbit/s · H.264`. */
export function renditionLabel({
  width,
  height,
  bandwidth,
  codecs,
}: {
  readonly width: number | null;
  readonly height: number | null;
  readonly bandwidth: number;
  readonly codecs: string | null | undefined;
}): string {
  const size = width && height ? [`${width} × ${height}`] : [];
  const codec = codecs ? [codecName(codecs.split(',')[0]!)] : [];
  return [...size, bitRate(bandwidth), ...codec].join(' · ');
}

/** What a viewer would call a track: its language, then what its label or role adds. */
export function trackLabel({
  language,
  label,
  roles,
}: {
  readonly language: string;
  readonly label: string | null;
  readonly roles: readonly string[];
}): string {
  const name = languageName(language);
  if (label) return label.startsWith(name) ? label : `${name} (${label})`;
  const said = roles.filter((role) => role !== 'main' && role !== 'subtitle');
  return said.length > 0 ? `${name} (${said.join(', ')})` : name;
}

/**
 * Labels that tell things apart: of each as many of its parts as that takes, empty ones left out.
 * @param least so many parts every label has
 */
export function distinctLabels(all: readonly (readonly string[])[], least = 1): string[] {
  const parts = all.map((each) => each.filter((part) => part !== ''));
  const most = parts.reduce((longest, { length }) => Math.max(longest, length), least);
  let labels = parts.map((each) => each.slice(0, least).join(' · '));
  for (let length = least + 1; length <= most; length++) {
    const counts = new Map<string, number>();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    labels = labels.map((label, at) =>
      counts.get(label) === 1 ? label : parts[at]!.slice(0, length).join(' · '),
    );
  }
  return labels;
}

function languageName(language: string): string {
  if (language === '' || language === 'und') return 'Unknown language';
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language;
  } catch {
    return language;
  }
}

/** `1.2 Mbit/s`. @param bits a second */
export function bitRate(bits: number): string {
  if (bits >= 1e6) return `${(bits / 1e6).toFixed(bits >= 1e7 ? 0 : 1)} Mbit/s`;
  return `${Math.round(bits / 1e3)} kbit/s`;
}

const CODECS: Readonly<Record<string, string>> = {
  'ac-3': 'AC-3',
  av01: 'AV1',
  avc1: 'H.264',
  avc3: 'H.264',
  dvh1: 'Dolby Vision',
  dvhe: 'Dolby Vision',
  'ec-3': 'E-AC-3',
  fLaC: 'FLAC',
  hev1: 'HEVC',
  hvc1: 'HEVC',
  mp4a: 'AAC',
  Opus: 'Opus',
  opus: 'Opus',
  vp09: 'VP9',
};

/** What people call a codec (RFC 6381): `HEVC` for `hvc1.2.4.L120`. */
export const codecName = (codecs: string): string => CODECS[codecs.split('.')[0]!] ?? codecs;
