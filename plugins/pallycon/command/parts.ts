import type { Builtins } from '../../../core/index.ts';

/** What the command is composed with: core itself knows no plugin. */
export interface PackagerParts {
  readonly builtins: () => Promise<Builtins>;
  /** URL of the module that worker threads run. */
  readonly entry: string;
}
