import {
  INITIAL,
  type Parts,
  type ProgressState,
  reduce,
  type Shell,
  shownReference,
  type TitleTemplate,
  titleOfRow,
  titleThere,
} from '../../core/cli/executable.ts';
import {
  fail,
  type PackageOptions,
  Packager,
  PackagerError,
  packageTitle,
  type Report,
  type RunEvent,
  type WorkerPool,
} from '../../core/index.ts';
import type { JobData, JobProgress, JobResult } from './job.ts';
import { refuseOtherOptions, refuseSecrets } from './row.ts';

/** What a worker has for every title. */
export interface Workshop {
  readonly template: TitleTemplate;
  readonly parts: Parts;
  readonly shell: Pick<Shell, 'cwd' | 'now'>;
  /** Threads that write, so that the main thread can say in time that it is alive. */
  pool(): WorkerPool;
  /** What the config gives a title that has none: then all would have it. */
  readonly contentId: string | undefined;
}

/**
 * Package the title of a job, or find that it is there already. It gets a receipt wherever it goes, unless its config says otherwise: a
 * worker that dies between its last file and its last word would not know whose outputs these are.
 * @param tell how far it is
 * @throws PackagerError
 */
export async function packageRow(
  job: Pick<JobData, 'row' | 'beyond'>,
  workshop: Workshop,
  signal: AbortSignal,
  tell: (progress: JobProgress) => void,
): Promise<JobResult> {
  const { template, parts, shell, pool, contentId } = workshop;
  // Whoever else has put it there.
  refuseSecrets(job.row);
  if (job.row.contentId === undefined && contentId !== undefined)
    throw fail.invalidOption(
      `The title has no content id, and the worker's config gives every title the same one, "${contentId}".`,
      "Take `contentId` out of the worker's config, or submit the title with one.",
    );
  const asked = titleOfRow({ row: job.row, base: shell.cwd, where: 'The title' }, template, parts);
  refuseOtherOptions(job, asked.title);
  const title = { ...asked, title: { receipt: true, ...asked.title } };
  const before = await published({ ...title, signal });
  if (before) return before;
  try {
    const report = await packageTitle({ ...title, pool: pool(), signal, onEvent: listener(shell, tell) });
    return resultOf(report);
  } catch (error) {
    if (!isExisting(error)) throw error;
    // Two workers had it, and the other one was the first.
    const after = await published(title);
    if (after) return after;
    throw new PackagerError({
      ...PackagerError.from(error).toJSON(),
      ...(!title.title.overwrite && { hint: `No receipt says what it was made of: ${ANEW}` }),
      transient: mayBeAtWork(title),
    });
  }
}

/**
 * Where runs leave no sign of themselves (web servers) outputs without a receipt may be those of a worker that is publishing them: later
 * the title has its receipt, or its names are free again.
 */
function mayBeAtWork({ title, plugins }: PackageOptions): boolean {
  const store = new Packager(plugins).stores.of(title.output, new AbortController().signal);
  return !store.cleans && title.receipt === true;
}

const isExisting = (error: unknown): boolean => PackagerError.is(error) && error.code === 'OUTPUT_EXISTS';

/** What to do about outputs that are there. */
const ANEW = 'submit the title with --again --overwrite to package it again, or with another --output.';

/**
 * The title is there, as its receipt says. Names and times would not do: they may be those of another film.
 * @throws PackagerError OUTPUT_EXISTS when its receipt says that it was made of something else, or in another way
 */
async function published(title: PackageOptions): Promise<JobResult | undefined> {
  if (title.title.overwrite) return undefined;
  const there = await titleThere(title, { byReceipt: true, byTime: false });
  if (there?.differs !== undefined)
    throw fail.outputExists(
      there.outputs.map(shownReference)[0] ?? '',
      `Its receipt does not match (${there.differs.replace(/\.$/, '')}): ${ANEW}`,
    );
  if (!there?.isCurrent) return undefined;
  return {
    outcome: 'already-published',
    output: shownReference(title.title.output),
    outputs: there.outputs.map(shownReference),
  };
}

function listener(
  { now }: Pick<Shell, 'now'>,
  tell: (progress: JobProgress) => void,
): (event: RunEvent) => void {
  let state: ProgressState = INITIAL;
  const warnings: string[] = [];
  let stage = 'start';
  return (event) => {
    state = reduce(state, event, now());
    if (event.type === 'warning') warnings.push(event.message);
    if (event.type === 'stage' && event.state === 'start') stage = event.stage;
    const { done, total } = state;
    tell({ stage, done, total, percent: total > 0 ? Math.floor((done / total) * 100) : 0, warnings });
  };
}

const resultOf = (report: Report): JobResult => ({
  outcome: 'published',
  contentId: report.contentId,
  output: shownReference(report.output),
  outputs: report.modes.flatMap(({ outputs }) => outputs),
  bytesRead: report.bytesRead,
  bytesWritten: report.modes.reduce((sum, { bytes }) => sum + bytes, 0),
  seconds: Math.round(report.elapsedSeconds * 1000) / 1000,
  modes: report.modes.map(({ mode, bytes, files, keyId, keyIds }) => ({
    mode,
    bytes,
    files: files.length,
    keyIds: keyIds ?? [keyId],
  })),
  warnings: report.warnings,
});
