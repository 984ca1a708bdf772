import { executeUnit, type UnitOptions } from '../../../core/engine/execute-unit.ts';
import type { UnitContext } from '../../../core/engine/unit-parts.ts';
import { planUnits, unitWorks } from '../../../core/engine/unit-works.ts';
import { openTitle, type Plugin } from '../../../core/index.ts';
import { demuxMkvTs, demuxMp4 } from '../../../plugins/index.ts';
import { temporaryFolder } from '../commands/folders.ts';
import { digestsBelow } from './bucket-titles.ts';
import { titleOptions } from './package.ts';

interface Writing {
  /** How each unit is written. */
  readonly options: (context: UnitContext) => UnitOptions;
  /** Resolves when nobody else uses the title any more. */
  readonly settled?: () => Promise<unknown>;
}

/** Write the units of a title one after the other: their results, the digests of their files and what was warned of, as plain data. */
export async function unitsWritten(
  facts: Parameters<typeof titleOptions>[0],
  plugins: readonly Plugin[],
  { options, settled }: Writing,
): Promise<unknown> {
  const warnings: string[] = [];
  const open = await openTitle(
    {
      title: titleOptions(facts),
      plugins: [demuxMp4(), demuxMkvTs(), ...plugins],
      onEvent: (event) => void (event.type === 'warning' && warnings.push(event.message)),
    },
    { writes: false },
  );
  const { packager, run, inputs } = open.title;
  const context: UnitContext = { packager, run, inputs };
  const place = temporaryFolder('units');
  try {
    const results: unknown[] = [];
    for (const work of unitWorks(open, planUnits(open, run)))
      results.push((await executeUnit(context, { ...work, place }, () => {}, options(context))).result);
    const files = await digestsBelow(place);
    return JSON.parse(JSON.stringify({ results, files, warnings }));
  } finally {
    await settled?.();
    await open.title.close();
  }
}
