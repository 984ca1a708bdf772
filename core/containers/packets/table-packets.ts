import { BitstreamError } from '../../base/bit-reader.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { SampleColumns, SampleTable } from '../../media/samples.ts';
import type { Packet, PacketReader } from './packet.ts';

/** Rows of the table that are expanded at a time. */
const ROWS = 256;
/** As large as a block of Matroska may be: no picture is larger. */
const LARGEST_SAMPLE = 2 ** 26;

/** The samples of a table as packets; the place of one is its number. */
export class TablePackets implements PacketReader {
  readonly #source: ByteSource;
  readonly #samples: SampleTable;
  readonly #timescale: number;
  #rows: SampleColumns | undefined;
  #next = 0;

  constructor(source: ByteSource, samples: SampleTable, timescale: number) {
    this.#source = source;
    this.#samples = samples;
    this.#timescale = timescale;
  }

  first(): Promise<Packet | undefined> {
    this.#next = 0;
    return this.next();
  }

  seek({ position }: Pick<Packet, 'position'>): Promise<Packet | undefined> {
    this.#next = position;
    return this.next();
  }

  async next(): Promise<Packet | undefined> {
    const sample = this.#next;
    if (sample >= this.#samples.count) return undefined;
    const rows = this.#rowsAt(sample);
    const row = sample - rows.first;
    const size = rows.sizes[row]!;
    if (size > LARGEST_SAMPLE) throw new BitstreamError(`has ${size} bytes, which no picture has`);
    const data = Buffer.allocUnsafe(size);
    if (size > 0) await this.#source.read(rows.offsets[row]!, [data]);
    this.#next = sample + 1;
    const seconds = (rows.dts[row]! + rows.compositionOffsets[row]!) / this.#timescale;
    return { seconds, data, isKey: rows.sync[row] === 1, position: sample };
  }

  #rowsAt(sample: number): SampleColumns {
    const known = this.#rows;
    if (known && sample >= known.first && sample < known.first + known.count) return known;
    const rows = this.#samples.read(sample, Math.min(sample + ROWS, this.#samples.count));
    this.#rows = rows;
    return rows;
  }
}
