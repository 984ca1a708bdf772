import type { ConfigModules } from '../config/script.ts';
import type { Builtins } from '../config/types.ts';

/** What a command is composed with: core itself knows no plugin. */
export interface Parts {
  /** The plugins and presets that configs may call by name. */
  readonly builtins: Builtins;
  /** What configs may import by name. */
  readonly modules: ConfigModules;
  /** URL of the module that worker threads run. */
  readonly entry: string;
}

/** The same for a command that can do without inputs: one that packages nothing. */
export type TitleParts = Parts & { readonly inputs?: 'optional' };
