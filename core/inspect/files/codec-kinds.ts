/** The kind of media that a codec is of (RFC 6381), by its first part; in small letters. */
const KINDS: Readonly<Record<'video' | 'audio' | 'text' | 'image', string>> = {
  video:
    'avc1 avc2 avc3 avc4 svc1 mvc1 hvc1 hev1 lhv1 dvh1 dvhe dvav dva1 dav1 av01 vp8 vp08 vp9 vp09 vp10 vvc1 vvi1 evc1 lvc1 mp4v s263 apv1 theora',
  audio:
    'mp4a ac-3 ec-3 ac-4 opus flac alac mp3 vorbis dtsc dtse dtsh dtsl dtsx dtsy mha1 mha2 mhm1 mhm2 iamf samr sawb sowt twos lpcm ulaw alaw',
  text: 'stpp wvtt tx3g sbtt c608 c708 webvtt',
  image: 'jpeg jpg png webp mjpg',
};

const BY_NAME = new Map(
  Object.entries(KINDS).flatMap(([kind, names]) =>
    names.split(' ').map((name) => [name, kind as keyof typeof KINDS] as const),
  ),
);

/** `undefined`: nobody here knows it. */
export const kindOfCodec = (codec: string): keyof typeof KINDS | undefined =>
  BY_NAME.get(codec.split('.', 1)[0]!.trim().toLowerCase());

/** A list with commas, as CODECS and CHARACTERISTICS are. */
export const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
