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

/** The same for a command that can do without inputs, since it packages nothing, or writes elsewhere than the config says. */
export type TitleParts = Parts & {
  readonly inputs?: 'optional';
  /** Several titles of a config are written into folders of their own (`ownFolder`) in the output folder of the command line. */
  readonly outputs?: 'apart';
};
