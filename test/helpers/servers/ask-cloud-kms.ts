/** `keyCloudKms` asked for keys of a server of the tests' own. */
import { type ContentKey, Packager, type Plugin, Run } from '../../../core/index.ts';
import {
  dashCenc,
  hlsAes,
  hlsNcg,
  type KeyCloudKmsOptions,
  keyCloudKms,
  ncg,
} from '../../../plugins/index.ts';
import {
  type KeyServer,
  type KeyServerOptions,
  startKeyServer,
  TEST_TOKEN,
} from '../../servers/key-server.ts';
import { askHooks, keyRequest, testRun, type WantedKey } from '../titles/ask.ts';
import { titleOptions } from '../titles/package.ts';
import { SERVER_PATHS } from './key-server-paths.ts';

/** Start a key server for the time of a work. */
export async function withServer(
  options: KeyServerOptions,
  work: (server: KeyServer) => Promise<void>,
): Promise<void> {
  const server = await startKeyServer(options);
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

/** The plugin, with the URL of a server. */
export const source = ({ url }: KeyServer, more: KeyCloudKmsOptions = {}): Plugin => {
  const { dialect = 'pallycon-v2' } = more;
  const path =
    typeof dialect === 'string' ? SERVER_PATHS[dialect as keyof typeof SERVER_PATHS] : '/generic/keys';
  return keyCloudKms({ url: url + path, token: TEST_TOKEN, retries: 0, ...more });
};

/** What a plugin answers for a title in all four modes. */
export const askKey = (keys: Plugin, request: WantedKey, run = testRun()) =>
  askHooks(hooksWith(keys), request, run);

/** The hooks of a title in all four modes. */
export const hooksWith = (keys: Plugin) => new Packager([keys, dashCenc(), hlsAes(), hlsNcg(), ncg()]).hooks;

/** With the scheme that each asks for. */
export const MODES: readonly (readonly [mode: string, scheme: string])[] = [
  ['dash-cenc', 'cenc'],
  ['hls-aes', 'sample-aes'],
  ['hls-ncg', 'aes-128'],
  ['ncg', 'ncg'],
];

/** The keys of all four modes in one run, asked for at the same time. */
export async function allKeys(keys: Plugin, modes?: readonly string[]): Promise<ContentKey[]> {
  const hooks = hooksWith(keys);
  const title = titleOptions({ inputs: ['/media/a.mp4', '/media/b.mp4'], modes });
  const run = new Run({ title, inputs: [] }, new AbortController().signal);
  const asked = MODES.filter(([mode]) => modes?.includes(mode) ?? true);
  const answers = asked.map(([mode, scheme]) => askHooks(hooks, keyRequest({ mode, scheme }), run));
  return (await Promise.all(answers)).map((key) => key!);
}
