import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type FileTime, fileTimesIn, tableOf } from '../runner/file-times.ts';

const test = suite('times of files');

const time = (file: string, seconds: number, ofChildren: number): FileTime => ({ file, seconds, ofChildren });

test('what processes print of their files is put together, the dearest first', () => {
  const [cheap, dear] = [time('unit/a.test.ts', 0.3, 0), time('cases/b.test.ts', 12.5, 9.1)];
  const outputs = [
    `unit/a.test.ts\n a  • (1 / 1)\n${tableOf([cheap])}\n`,
    `${tableOf([dear])}\n`,
    'nothing\n',
  ];
  assert.equal(fileTimesIn(outputs), [dear, cheap]);
  assert.is(tableOf([dear, cheap]).split('\n').length, 2);
});

test.run();
