/** Slices with all that the syntax tables of H.264 and HEVC allow, most of which no encoder at hand writes. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, fromHex } from '../../core/base/bytes.ts';
import { createAvcRangeFinder } from '../../core/codecs/avc/range-finder.ts';
import { parseHevcConfig } from '../../core/codecs/hevc/config.ts';
import { createHevcRangeFinder } from '../../core/codecs/hevc/range-finder.ts';
import type { RangeFinder } from '../../core/codecs/protected-ranges.ts';
import { hvcC } from '../helpers/media/hevc-config.ts';
import { HEVC_STREAMS } from '../helpers/media/hevc-streams.ts';
import { type MadeStream, traceMadeStreams } from '../helpers/media/made-nals.ts';
import { rangesIn, survivesDamage } from '../helpers/oracles/ranges.ts';
import { escapedBytes } from '../helpers/oracles/slice-headers.ts';
import { randomAvcStream } from '../helpers/random/avc-slice.ts';
import { Dice } from '../helpers/random/dice.ts';
import { randomHevcStream } from '../helpers/random/hevc-slice.ts';

const test = suite('made slices');

const CODECS = [
  {
    name: 'H.264',
    raw: 'h264',
    make: randomAvcStream,
    newFinder: (lengthSize: number): RangeFinder =>
      createAvcRangeFinder(
        { profile: 66, compatibility: 0, level: 30, lengthSize, sps: [], pps: [], spsExt: [] },
        'made',
      ),
    rare: [
      ...['slice_type=3', 'slice_type=4', 'slice_type=8', 'slice_type=9', 'bottom_field_flag=1'],
      ...['colour_plane_id=2', 'redundant_pic_cnt=127', 'delta_pic_order_cnt', 'slice_qs_delta=0'],
      ...['delta_pic_order_cnt_bottom', 'num_ref_idx_l0_active_minus1=29', 'sp_for_switch_flag=1'],
      ...['memory_management_control_operation=6', 'modification_of_pic_nums_idc=2', 'cabac_init_idc=2'],
      ...['slice_group_change_cycle=0', 'slice_group_change_cycle=1', 'chroma_weight_l1_flag=1'],
      ...['disable_deblocking_filter_idc=1', 'slice_beta_offset_div2=-6', 'long_term_reference_flag=1'],
    ],
  },
  {
    name: 'HEVC',
    raw: 'hevc',
    make: randomHevcStream,
    newFinder: (lengthSize: number): RangeFinder =>
      createHevcRangeFinder(
        parseHevcConfig(hvcC(HEVC_STREAMS[0]!, { lengthSize, nalUnits: [] }), 'made'),
        'made',
      ),
    rare: [
      ...['dependent_slice_segment_flag=1', 'slice_reserved_flag=1', 'pic_output_flag=0', 'slice_type=0'],
      ...['inter_ref_pic_set_prediction_flag=1', 'delta_idx_minus1=3', 'use_delta_flag=0', 'lt_idx_sps=7'],
      ...['used_by_curr_pic_lt_flag=1', 'delta_poc_msb_cycle_lt=8', 'list_entry_l1=5', 'mvd_l1_zero_flag=1'],
      ...['cabac_init_flag=1', 'collocated_ref_idx=3', 'chroma_weight_l1_flag=1', 'use_integer_mv_flag=1'],
      ...['slice_act_cr_qp_offset', 'cu_chroma_qp_offset_enabled_flag=1', 'slice_cr_qp_offset=2'],
      ...['slice_deblocking_filter_disabled_flag=1', 'slice_loop_filter_across_slices_enabled_flag=0'],
      ...['offset_len_minus1=31', 'slice_segment_header_extension_length=256', 'colour_plane_id=2'],
    ],
  },
] as const;

const STREAMS = 600;
const TRACED = 100;
const DAMAGED = 20;
const SLICES = 4;

const madeStreams = (make: (dice: Dice, slices: number) => MadeStream, count: number): MadeStream[] => {
  const dice = new Dice(1996);
  return Array.from({ length: count }, () => make(dice, SLICES));
};

for (const { name, raw, make, newFinder, rare } of CODECS) {
  test(`${name}: what is clear ends where the writer ended, under parameter sets that change all the time`, () => {
    const finders = new Map([1, 2, 4].map((size) => [size, newFinder(size)]));
    let escaped = 0;
    for (const [stream, { sets, slices }] of madeStreams(make, STREAMS).entries()) {
      const nals = [...sets, ...slices.map(({ nal }) => nal)];
      const fitting = nals.some(({ length }) => length > 255) ? [2, 4] : [1, 2, 4];
      const size = fitting[stream % fitting.length]!;
      const expected: number[][] = [];
      let at = sets.reduce((sum, { length }) => sum + size + length, 0);
      for (const { nal, bits } of slices) {
        const clear = escapedBytes(nal, bits);
        if (clear > Math.ceil(bits / 8)) escaped += 1;
        expected.push([at + size + clear, at + size + nal.length]);
        at += size + nal.length;
      }
      const sample = concat(nals.flatMap((nal) => [lengthOf(nal, size), nal]));
      assert.equal(rangesIn(finders.get(size)!, sample), expected, `stream ${stream}`);
    }
    assert.ok(escaped > 100, `emulation prevention in ${escaped} headers`);
  });

  test(`${name}: damage to parameter sets and headers ends in ranges of their own or in a PackagerError`, () => {
    let [refused, taken] = [0, 0];
    for (const { sets, slices } of madeStreams(make, DAMAGED)) {
      const nals = [...sets, ...slices.map(({ nal }) => nal)];
      const samples = nals.map((nal) => concat([lengthOf(nal, 4), nal]));
      const sizes = samples.map(({ length }) => length);
      const outcomes = survivesDamage(() => newFinder(4), concat(samples), sizes);
      refused += outcomes.refused;
      taken += outcomes.taken;
    }
    assert.ok(refused > 500 && taken > 50, `${refused} refused, ${taken} taken`);
  });

  test(`${name}: ffmpeg ends there too`, async () => {
    const streams = madeStreams(make, TRACED);
    const traced = await traceMadeStreams(raw, streams);
    const readable = streams.flatMap(({ slices }) => slices).filter(({ beyondFfmpeg }) => !beyondFfmpeg);
    assert.is(traced.length, readable.length);
    assert.ok(readable.length > TRACED * 2);
    for (const [index, { nal, bits }] of readable.entries()) {
      assert.is(traced[index]!.bits, bits, Buffer.from(nal).toString('hex'));
    }
    const fields = traced.flatMap((slice) => slice.fields);
    const seen = new Set([...fields, ...fields.map((field) => field.replace(/=.*/, ''))]);
    assert.equal(
      rare.filter((field) => !seen.has(field)),
      [],
      'these were not made',
    );
  });
}

function lengthOf({ length }: Uint8Array, size: number): Uint8Array {
  return fromHex(length.toString(16).padStart(2 * size, '0'));
}

test.run();
