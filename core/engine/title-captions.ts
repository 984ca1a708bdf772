import { fail } from '../base/errors.ts';
import type { Run } from '../contract/run.ts';
import type { ClosedCaptions } from '../media/captions.ts';
import { findCaptions } from '../title/captions.ts';
import type { Presentation } from '../title/presentation.ts';

/**
 * The closed captions of a title: those that its config declares, or what is found in its pictures.
 * @returns `undefined` for a title without pictures
 * @throws PackagerError INVALID_OPTION where what is declared cannot be, INPUT_NOT_READABLE when an input cannot be read
 */
export async function titleCaptions(
  presentation: Presentation,
  run: Pick<Run, 'title' | 'warn'>,
): Promise<readonly ClosedCaptions[] | undefined> {
  const { captions: declared } = run.title;
  if (declared) checkDeclared(declared, presentation);
  if (presentation.video.length === 0) return undefined;
  if (declared) return declared;
  const found = await findCaptions(presentation);
  const unknown = found.filter(({ language }) => language === 'und').map(({ channel }) => channel);
  if (unknown.length > 0) {
    run.warn(
      `The pictures have closed captions in ${unknown.join(', ')}, and nothing says in which language. Players show them as ` +
        `unknown: name it, \`captions: [{ channel: '${unknown[0]}', language: 'en' }]\`, with all channels that there are.`,
    );
  }
  return found;
}

function checkDeclared(declared: readonly ClosedCaptions[], { video }: Presentation): void {
  if (declared.length > 0 && video.length === 0) {
    throw fail.invalidOption(
      '`captions` declares closed captions, and the title has no pictures that they could lie in.',
      'Take `captions` out, or give a file with video.',
    );
  }
  const channels = declared.map(({ channel }) => channel);
  const twice = channels.find((channel, index) => channels.indexOf(channel) !== index);
  if (twice !== undefined)
    throw fail.invalidOption(`\`captions\` declares ${twice} twice.`, 'A channel has one entry.');
  if (declared.filter(({ isDefault }) => isDefault).length > 1)
    throw fail.invalidOption('`captions` has two defaults.', 'Only one of them can be shown by itself.');
}
