import { useState } from 'preact/hooks';
import type { PreviewFacts, PreviewRendition } from '../api.ts';
import { clock, size, whole } from './figures.ts';
import { bitRate } from './players/labels.ts';
import { renditionNames } from './rendition-names.ts';

interface SegmentChartProps {
  readonly facts: PreviewFacts;
  readonly time: number;
}

/** Units of the drawing; it is stretched to its place. */
const WIDTH = 1000;
const HEIGHT = 180;

const MEASURES = {
  rate: { name: 'Bit rate', of: (bytes: number, seconds: number) => (8 * bytes) / seconds, show: bitRate },
  size: { name: 'Size', of: (bytes: number) => bytes, show: size },
} as const;

type Measure = keyof typeof MEASURES;

/** Segments of all renditions over the time of the title: how large they are, or how many bits a second. */
export function SegmentChart({ facts, time }: SegmentChartProps) {
  const [measure, setMeasure] = useState<Measure>('rate');
  const renditions = facts.renditions.filter(({ starts }) => starts.length > 0);
  const names = renditionNames(renditions);
  const { of, show } = MEASURES[measure];
  const valuesOf = ({ bytes, durations }: PreviewRendition): number[] =>
    bytes.map((length, index) => of(length, Math.max(durations[index]!, 0.001)));
  const end = Math.max(...renditions.map(({ starts, durations }) => starts.at(-1)! + durations.at(-1)!), 1);
  const top = renditions.reduce((most, rendition) => Math.max(most, largest(valuesOf(rendition))), 1) * 1.08;
  const x = (seconds: number): number => (WIDTH * seconds) / end;
  const y = (value: number): number => HEIGHT * (1 - value / top);
  return (
    <section class="panel wide" aria-labelledby="segments">
      <div class="head">
        <h2 id="segments">Segments</h2>
        <fieldset class="measures">
          <legend class="unseen">What is drawn</legend>
          {(Object.keys(MEASURES) as Measure[]).map((id) => (
            <label key={id}>
              <input
                class="unseen"
                type="radio"
                name="measure"
                checked={id === measure}
                onChange={() => setMeasure(id)}
              />
              <span>{MEASURES[id].name}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div class="plot">
        <div class="scale" aria-hidden="true">
          {[1, 0.5, 0].map((share) => (
            <span key={share}>{show((share * top) / 1.08)}</span>
          ))}
        </div>
        {/* What it shows stands in the table below. */}
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {[1, 0.5, 0].map((share) => (
            <line
              key={share}
              class="grid"
              x1={0}
              x2={WIDTH}
              y1={y((share * top) / 1.08)}
              y2={y((share * top) / 1.08)}
            />
          ))}
          {renditions.map((rendition, index) => (
            <path
              key={rendition.id}
              class={`line line-${index % LINES}`}
              d={steps(rendition, valuesOf(rendition), x, y)}
            />
          ))}
          <line class="here" x1={x(time)} x2={x(time)} y1={0} y2={HEIGHT} />
        </svg>
        <div class="times" aria-hidden="true">
          <span>{clock(0)}</span>
          <span>{clock(end / 2)}</span>
          <span>{clock(end)}</span>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section class="scroll low" aria-label="Segments of each rendition" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Rendition</th>
              <th scope="col">Segments</th>
              <th scope="col">Mean</th>
              <th scope="col">Most</th>
              <th scope="col">In all</th>
            </tr>
          </thead>
          <tbody>
            {renditions.map((rendition, index) => (
              <Row
                key={rendition.id}
                rendition={rendition}
                name={names[index]!}
                index={index}
                values={valuesOf(rendition)}
                show={show}
              />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

/** Lines of as many kinds. */
const LINES = 6;

interface RowProps {
  readonly rendition: PreviewRendition;
  readonly name: string;
  readonly index: number;
  readonly values: readonly number[];
  readonly show: (value: number) => string;
}

function Row({ rendition, name, index, values, show }: RowProps) {
  const { bytes } = rendition;
  return (
    <tr>
      <th scope="row">
        <svg class="sample" viewBox="0 0 22 8" aria-hidden="true">
          <path class={`line line-${index % LINES}`} d="M1 4h20" />
        </svg>
        {name}
      </th>
      <td>{whole(bytes.length)}</td>
      <td>{show(sum(values) / values.length)}</td>
      <td>{show(largest(values))}</td>
      <td>{size(sum(bytes))}</td>
    </tr>
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), 0);

/** A step a segment. */
function steps(
  { starts, durations }: PreviewRendition,
  values: readonly number[],
  x: (seconds: number) => number,
  y: (value: number) => number,
): string {
  const parts = values.map((value, index) => {
    const [from, to, at] = [x(starts[index]!), x(starts[index]! + durations[index]!), y(value)];
    return `${index === 0 ? 'M' : 'L'}${from.toFixed(1)} ${at.toFixed(1)}H${to.toFixed(1)}`;
  });
  return parts.join('');
}
