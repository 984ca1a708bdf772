import type * as commander from 'commander';
import { loadNow } from '../base/load-now.ts';

export const { Command, CommanderError, Help, Option } = loadNow<typeof commander>('commander');
export type Command = commander.Command;
export type CommanderError = commander.CommanderError;
