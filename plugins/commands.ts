import type { CommandExtension } from '../core/cli/executable.ts';
import { ncgCommand } from './ncg/command.ts';
import { queueCommands } from './queue-bullmq/command.ts';

/** The commands of `sealpack` that plugins bring. What they do is loaded when they are called. */
export const commands: readonly CommandExtension[] = [ncgCommand, queueCommands];
