import type { FindingKind } from '../finding.ts';

const dashIf = <const Clause extends string>(clause: Clause, mend: string) =>
  ({ severity: 'warning', clause: `DASH-IF IOP, ${clause}`, mend }) as const;

/** Rules of DASH-IF's interoperability points. Players of other makers hold to them: warnings. */
export const DASH_IF_KINDS = {
  DASH_IF_ONE_KEY: dashIf('7.5.1', 'Put Representations under other keys into Adaptation Sets of their own.'),
  DASH_IF_TIMESCALE: dashIf('3.2.3', 'Give all Representations of an Adaptation Set one timescale.'),
  DASH_IF_ALIGNMENT: dashIf(
    '3.2.4',
    'Write segmentAlignment or subsegmentAlignment into Adaptation Sets with several Representations.',
  ),
  DASH_IF_PROTECTION_PLACE: dashIf('7.7.1', 'Write ContentProtection into the Adaptation Set.'),
  DASH_IF_MP4_PROTECTION: dashIf('7.7.1', 'Add the ContentProtection of urn:mpeg:dash:mp4protection:2011.'),
  DASH_IF_SAP: dashIf(
    '3.2.4',
    'Write startWithSAP or subsegmentStartsWithSAP into Adaptation Sets of video.',
  ),
  DASH_IF_MIME: dashIf('3.2.4', 'Write mimeType and codecs.'),
  DASH_IF_LICENCE_URL: dashIf('7.7.2', 'Let licences come over https.'),
} as const satisfies Record<string, FindingKind>;
