/** An H.264 stream: parameter sets and starts of slices, each a NAL unit without start code, in hexadecimal. */
export interface AvcStream {
  readonly what: string;
  readonly sps: string;
  readonly pps: string;
  /** The first bytes of a slice, and how many of them hold its NAL unit header and slice header. */
  readonly slices: readonly (readonly [start: string, headerBytes: number])[];
}

/**
 * Slices of many kinds. The x264 ones come from `ffmpeg -f lavfi -i testsrc2 -c:v libx264`, the made ones from a random
 * writer of parameter sets and slice headers. The counts are those of another reader: the last position that ffmpeg's bitstream filter
 * `trace_headers` prints for the slice header, in whole bytes, plus the emulation prevention bytes before it.
 */
export const AVC_STREAMS: readonly AvcStream[] = [
  {
    what: 'x264, High: CABAC, B pyramid, weighted prediction',
    sps: '6764000dacd98141fb011000000300100000030320f14299a0',
    pps: '68e978f2c8b0',
    slices: [
      ['419aca4de108429688dc5098a0208a020c50b00513ffd2551414d0c0159eb2693be2a21699f19b9d', 22],
      ['658884002bfffef6737c0a6b6db0952e0576f766a3e5d092e5fb1060fad00018a741273d5f37772a', 6],
      ['019ea369119fa0d346f7e4e78bf9658b7a957800979f8e5875644eddef587864713ef1f078c2c670', 6],
    ],
  },
  {
    what: 'x264, Baseline: CAVLC',
    sps: '6742c00dd90141fb011000000300100000030320f142a480',
    pps: '68cb83cb20',
    slices: [
      ['419a540fff1b0e01e664c99a40137797dc159322b264189bf715be336de5f70ad206bda051e2b482', 5],
      ['6588840af2628000a7bc9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9d75d75d75d75d75d75d75d7', 5],
    ],
  },
  {
    what: 'x264, four slices a picture',
    sps: '6764000dacd94141fb011000000300100000030320f1429960',
    pps: '68e938f2c8b0',
    slices: [['419aca4be10842948dc5098a0208a020c50b014bffd2551414d0c0159eb2693be2a21699f19b9d7c', 21]],
  },
  {
    what: 'x264, MBAFF, top field first',
    sps: '67640015acd941410fcb808800000300080000030190f8a14cb0',
    pps: '68fba3cb22c0',
    slices: [
      ['419e81dc5113c47fb68bc1d6ce6da994e08d71e24eb69e6bfcdf66259c903e21d486693e59cea278', 8],
      ['6588820b02bff6f6737c0a6b6db0f5080690b397bf7d6b5dda7b825e3bc0a067af6a0014dc0aa3e1', 6],
      ['419aa35b4b444fff44f3acfe64489a66ede8b76eaaa35d69733d730125587f3f74d4ebcb210ad5ae', 8],
    ],
  },
  {
    what: 'x264, MBAFF with CAVLC, three slices a picture',
    sps: '67640015acd941410fcb808800000300080000030190f8a14cb0',
    pps: '68dba3cb22c0',
    slices: [
      ['419e825c511388e94531e9050eabab42949045f82f27c23048240b5cb05287cae1fa0e8ed82bf86a', 8],
      ['6588820b02bc4c500014f7ae275c4eb89d713ae275c4eb89d713ae275c4eb89d713ae275c4eb89d7', 6],
    ],
  },
  {
    what: 'x264, deblocking disabled in the slice headers',
    sps: '6764000dacd94141fb011000000300100000030320f1429960',
    pps: '68ebe3cb22c0',
    slices: [['419aea4be10843a23714262808228083142c0513afd2803853ec6f9881e7efb53ef611baf916d929', 21]],
  },
  {
    what: 'x264, High 4:4:4',
    sps: '67f4000d919b28283f6022000003000200000300641e28532c',
    pps: '68ebe3c44844',
    slices: [
      ['419aea4be10843a23714262808228083142c05135fad817a7febc17e1d4448246ad63a3fa9328950', 21],
      ['658884002bfffef5dbf32cac66673dfff07b653d19d160000003003bc40185971f6a2e0000030000', 6],
    ],
  },
  {
    what: 'x264, monochrome with weights',
    sps: '6764000df3650507ec05b2000003000200000300641e28532c',
    pps: '68ebe3cb22c0',
    slices: [['419a864be10843c8a6ccc53cbfe3802fa8d9024a9290a4350b1da7da4493d33eb526d47b2bf1b231', 13]],
  },
  {
    what: 'x264, scaling matrices in the PPS',
    sps: '6764000dacd94141fb011000000300100000030320f1429960',
    pps: '68ebe3cb3002c0',
    slices: [['419aea4be10843a23714262808228083142c0513ffd27d0470a36d01b1b2ed09f62e28a5089aafe7', 21]],
  },
  {
    what: 'made, fields and frames mixed (PAFF), emulation prevention in the header',
    sps: '677a0028e74261cca04c01142807fc230802e027c0ae07e0322602746c68443011b2',
    pps: '6811f1383c08cea0',
    slices: [
      ['2190432e18cec001eea43e03e280390803a44006fa4289a04b111ac2c5080c4c6f80', 26],
      ['41a101ce297bca476762d8e2240041630e433196195022830606804843a27c0aa0894880', 21],
      ['4588100000030001154ccd4800028ef71d327482d880007580', 17],
      ['218a10000100000303c0934448800608e54a0315b7c238860430389236421254a02a9d80', 11],
      ['019840000003000062446093948380a4b4584004223892410c2dc248025208054a0480', 12],
      ['2102b0910000180002438813813700890050c28421048b100400022063920880', 14],
    ],
  },
  {
    what: 'made, separate colour planes, picture order count type 1',
    sps: '67f4002892740b4102a110220a92',
    pps: '680080598410902510e0',
    slices: [
      ['219002000003018002aa6130f02c1b091600a00125a3824f2c2080', 15],
      ['458a0080200020009f5c000c9cf4221b0e8a349012405a44102000a4810f0080', 16],
      ['41b0080158d600032e5e16284d70237d499e4cc1', 11],
    ],
  },
  {
    what: 'made, slice groups that change, redundant pictures',
    sps: '675800288a9422100832',
    pps: '68008064400c838a4103858c',
    slices: [
      ['21890080293166c00616b12c511150dd4c4941808801c2240212280c008bb1b408141624916c1965', 16],
      ['41b00800000300328f388876721b06d598231ca411c1380012456ad088007180', 12],
      ['252940200000f061a35f3294a41404a0048542828a007c80', 10],
      ['41980200467e70244658d2208e8e9000d207cdb0c0c014d00801d9809489208180', 13],
    ],
  },
  {
    what: 'made, explicit weights of B slices, reference marking, SP and SI slices',
    sps: '677a0028a3b08c22125640',
    pps: '685118116887c712c0',
    slices: [
      ['219d004c3c41cc1811e021f980f0500ab3200c01c5422a4b0312800a208280', 23],
      ['458a4030001d9c583c095a3d4028014295216ea4552cd421', 12],
      ['41917c0329702db440b8b8d2012ac9e504002c2d0cbb564c042981040901482002110480405a0c01', 13],
      ['4104f40160ec98a5c123c682860d2a014c010480049c20362744572051022b40', 9],
      ['6104a5401951cc40062849052fea53068883264b4524ba', 13],
    ],
  },
  {
    what: 'made, scaling lists of 16 and 64 in the SPS',
    sps: '672c002890533014a025203e18e01e43407914a30680a701e23c06042318036c6008101c2031013201b641602602d810c06101480f43005f018c403c84180d101b80511002f02402c6031405a2c0478b02c8d012805aa02900e902403ca8487c221a1bc8',
    pps: '6811a286c2824b80',
    slices: [
      ['25881000003da4605f1e444b209997005449d2110a360280', 9],
      ['614c440138083f14332ca3a2a90aa048022c40e14cae4c4a29161113915431a29080', 7],
    ],
  },
  {
    what: 'made, a whole scaling list of 64 in the SPS',
    sps: '6764001ead16423211908c846423271471471471471471471471471471471471471471471471471471471471471471471471471471471471471471471471474110507e40',
    pps: '6811a38420461509e8',
    slices: [
      ['45944000006ef804131118338015b180b24580', 12],
      ['61a10de6a05ea4102188ff080050812480', 11],
    ],
  },
  {
    what: 'made, slice groups, three changes to a picture exactly',
    sps: '677a0028a21580df30400400281ac174228a1402ac222406690700f50262601bc1038b017c10101a12206808d03f0f1f01ec501fc83c080174b844123b20',
    pps: '685d1a0a841e8581218c',
    slices: [
      ['65b400001cb3906e973f810280014402025b45c600d92093889354686e000b2c4380', 9],
      ['61b56bd17043ff5d196d4500631044110281622806a14988c41d1504d480029001640980', 7],
    ],
  },
];
