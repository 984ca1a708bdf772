/** Where a text stands on the picture, as many formats say it: `bottom` and `center` unless otherwise. */
export interface Place {
  readonly vertical: 'top' | 'middle' | 'bottom';
  readonly horizontal: 'left' | 'center' | 'right';
}

const LINES = { top: 'line:0', middle: 'line:50%', bottom: '' } as const;
const SIDES = {
  left: 'position:5%,line-left align:left',
  center: '',
  right: 'position:95%,line-right align:right',
} as const;

/** A place as settings of a cue; `undefined` where it is that of cues without any. */
export const placeSettings = ({ vertical, horizontal }: Place): string | undefined =>
  [LINES[vertical], SIDES[horizontal]].filter((setting) => setting !== '').join(' ') || undefined;
