import { MANUAL_KEY, MANUAL_KEY_ID } from '../commands/packager-command.ts';

export const ACCESS_KEY = 'bm90IGEga2V5IG9mIGFueWJvZHkgYXQgYWxs';

/** What the guide's examples have in common that ask a key server. */
export const SITE: readonly string[] = [
  ...['--site-id', 'DEMO', '--access-key', ACCESS_KEY],
  ...['--contents-id', 'testcid'],
];

/** The eight examples of the guide to PallyCon's packager, but `--o`; inputs are those of `guideInputs`. */
export const GUIDE_EXAMPLES = {
  'HLS-NCG': [...SITE, '--hls-ncg', '--i', 'test.mp4'],
  'HLS-AES': [...SITE, '--hls', '--i', 'test.mp4'],
  'DASH-CENC': [...SITE, '--dash', '--i', 'test.mp4'],
  NCG: [...SITE, '--ncg', '--i', 'test.mp4'],
  adaptive: [...SITE, '--dash', '--hls', '--i', 'test.mp4', 'test_4Mbps.mp4', 'test_8Mbps.mp4'],
  'NCG in manual mode': [
    ...['--ncg', '--site-id', 'DEMO', '--manual-mode', '--contents-id', 'testcid'],
    ...['--encryption-key', MANUAL_KEY, '--license-url', 'https://l.example/ri?a=1&b=2', '--i', 'test.mp4'],
  ],
  'DASH and HLS in manual mode': [
    ...['--dash', '--hls', '--site-id', 'DEMO', '--manual-mode', '--contents-id', 'testcid'],
    ...['--encryption-key', MANUAL_KEY, '--key-id', MANUAL_KEY_ID, '--license-url', 'https://l.example/'],
    ...['--i', 'test.mp4'],
  ],
  'fragment duration': [...SITE, '--dash', '--fragment-duration', '4000', '--i', 'test.mp4'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
