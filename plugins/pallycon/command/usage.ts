/** At most 80 columns wide. */
export const USAGE = `Usage:
  PallyConPackager --site-id <id> --access-key <key> [--contents-id <id>]
                   --ncg | --dash | --hls | --hls-ncg  --i <file...> --o <dir>
  PallyConPackager --manual-mode --contents-id <id> --encryption-key <key>
                   [--key-id <id>] [--license-url <url>]
                   --ncg | --dash | --hls | --hls-ncg  --i <file...> --o <dir>
  PallyConPackager --enable_raw_key_encryption --keys <list> [--iv <hex>]
                   [--multi_key] --content_id <id> [--license_url <url>]
                   --dash | --hls  -i <file...> -o <dir>

What to package:
  --ncg, --dash, --hls, --hls-ncg   at least one
  --i <file...>             MP4, Matroska, WebM or MPEG-TS; several are the
                            renditions of one set
  --o <dir>                 the output folder
  --contents-id <id>        at most 200 bytes; left out, the gateway is asked
  --fragment-duration <ms>  500 to 60000; DASH in a file a segment
  -f                        replace outputs that exist: packages whole, with all
                            that is in their folders

Keys from the key server:
  --site-id <id>            four letters or digits
  --access-key <key>        Base64; checked for its form, opens nothing
  The environment says how to reach the services:
    PALLYCON_KMS_TOKEN       the KMS token of the console ("enc-token")
    PALLYCON_KMS_URL         another key server than PallyCon's
    PALLYCON_GATEWAY_URL     the CID issue page, asked for content ids
    PALLYCON_SITE_KEY        the site key that the page shares with us
    PALLYCON_GATEWAY_FORMAT  json or xml
    PALLYCON_ALLOW_PLAIN_HTTP  1: PALLYCON_KMS_URL may be plain http:
    PALLYCON_CA_FILE         certificates (PEM) to trust, not the built-in ones
  Token and site key may be in files: PALLYCON_KMS_TOKEN_FILE,
  PALLYCON_SITE_KEY_FILE.

Manual mode:
  --manual-mode             no server is asked
  --encryption-key <key>    Base64 of 16 bytes, or of 32: key, then IV;
                            32 for --ncg, --hls and --hls-ncg
  --key-id <id>             Base64 of 16 bytes; needed for --dash
  --license-url <url>       written into the output

Keys of their own for tracks, and sound, as in later versions:
  --multi_key               a key for each of SD, HD, UHD1, UHD2 and AUDIO;
                            for --dash and --hls
  --max_sd_height <px>      up to this height a picture is SD; default 480
  --max_hd_height <px>      HD; default 1080
  --max_uhd1_height <px>    UHD1; default 2160. What is higher is UHD2
  --skip_audio_encryption   leave sound clear. Without it sound is encrypted,
                            which PallyCon 4.3 does with --encrypt_audio alone
  --encrypt_audio           say so: no warning of the difference

Keys in the arguments, for --dash and --hls; no server is asked:
  --enable_raw_key_encryption
  --keys <list>             label=<label>:key_id=<hex>:key=<hex>[,...]; without
                            --multi_key one key, with an empty label
  --iv <hex>                16 bytes; needed for --hls
  --license_url <url>       written into the output

Values may be given as --name=value; the spellings of later versions
(--site_id, --content_id, -i, -o, ...) work too.

Standard output is the result as XML; progress goes to standard error.
Exit status: 0 only for RESULT 0; 2 parameters (1101 to 1103), 3 input (1201,
1202, 1207), 4 output (1203 to 1206), 5 servers and keys (2001 to 2005),
130 cancelled (143: SIGTERM), 1 otherwise.
`;
