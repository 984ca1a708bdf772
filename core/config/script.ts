import type { TransformOptions } from 'jiti';

/** What configs may import by name: the package's own entry points, as they run; or what loads them, which only scripts need. */
export type ConfigModules =
  | Readonly<Record<string, unknown>>
  | (() => Promise<Readonly<Record<string, unknown>>>);

/** Runs the TypeScript and JavaScript files of a config. */
export interface ScriptRunner {
  /** Evaluate a module; answers its default export, or `module.exports`. */
  run(path: string, source: string): Promise<unknown>;
  /** What was compiled: by file name and kind, to be handed to the runners of other threads. */
  readonly scripts: ReadonlyMap<string, string>;
}

/**
 * jiti follows imports of other TypeScript files; `modules` stand in for the package's own names, so that a config
 * gets the running copy whatever is installed around it. Nothing is cached on disk: a cache would keep literal
 * secrets of a config readable in a shared folder, for the sake of 0.1 s.
 */
export function scriptRunner(
  path: string,
  modules: ConfigModules,
  known: ReadonlyMap<string, string> = new Map(),
): ScriptRunner {
  const scripts = new Map(known);
  return {
    scripts,
    async run(filename, source) {
      const { createJiti } = await import('jiti'); // the largest package of all; configs of other kinds do without
      const settings = { fsCache: false, moduleCache: false } as const;
      const compiler = createJiti(path, settings);
      const transform = (options: TransformOptions) => {
        const name = `${options.async ? 'import' : 'require'}:${options.filename}`;
        let code = scripts.get(name);
        if (code === undefined) {
          code = compiler.transform(options);
          scripts.set(name, code);
        }
        return { code };
      };
      const jiti = createJiti(path, {
        ...settings,
        virtualModules: { ...(typeof modules === 'function' ? await modules() : modules) },
        transform,
      });
      // Left to itself, jiti would import .mjs natively, and with it another copy of the package or none.
      const module = await jiti.evalModule(source, { filename, async: true, forceTranspile: true });
      return exported(module);
    },
  };
}

function exported(module: unknown): unknown {
  if (typeof module !== 'object' || module === null) return module;
  if ('default' in module) return module.default;
  if ('__esModule' in module) throw new Error('it has no default export');
  return module;
}
