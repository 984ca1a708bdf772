import type { Report } from './report.ts';
import type { StageName } from './stages.ts';

/** What happens during a run, for progress displays and logs; plain data without secrets. */
export type RunEvent =
  | {
      readonly type: 'stage';
      readonly stage: StageName;
      readonly state: 'start' | 'end';
      readonly detail?: string;
    }
  | {
      readonly type: 'plan';
      readonly contentId: string;
      readonly units: readonly { readonly mode: string; readonly unit: string; readonly bytes: number }[];
    }
  | {
      readonly type: 'unit';
      readonly mode: string;
      readonly unit: string;
      readonly state: 'start' | 'progress' | 'end';
      /** Input bytes done and to do. */
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'finished'; readonly report: Report };

/** Told of all that happens during a run; what it throws fails the run. */
export type RunListener = (event: RunEvent) => void;
