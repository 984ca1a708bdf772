import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/index.ts';
import { readReply, writeQuestion } from '../../plugins/pallycon/issue-documents.ts';
import { checkSiteKey, openDocument, sealDocument } from '../../plugins/pallycon/site-cipher.ts';
import { command } from '../helpers/commands/command.ts';

const test = suite('gateway: what travels');

const SITE_KEY = 'a'.repeat(32);
const hex = (text: string): string => Buffer.from(text).toString('hex');
const CIPHER = ['enc', '-aes-256-cbc', '-K', hex(SITE_KEY), '-iv', hex('0123456789abcdef'), '-base64', '-A'];

async function openssl(text: string, direction: 'encrypt' | 'decrypt'): Promise<string> {
  const args = direction === 'encrypt' ? CIPHER : [...CIPHER, '-d'];
  return (await command('openssl', args, { input: Buffer.from(text) })).toString();
}

const opened = (data: string): string => Buffer.from(openDocument(data, SITE_KEY)).toString();

/** Public samples of the protocol (pallycon-interfaces.md, 4.1). */
const VECTORS = [
  {
    document: '{"error_code":"1111","error_message":"error message"}',
    data: 'hAAEAnhUkWTyy3D9SedII6J6CSqaoUXg5hj5Gm+tkTu8XZWrADCGINBIup3qL4FKa448aAtYE1hZspQq55oglA==',
  },
  {
    document: '{"error_code":"0000","error_message":"success","cid":"test-cid","nonce":null}',
    data: 'euh3OrEWXGWoJWS4rgy/bvU/6bnIyClZR5tydh0g79AhS1nbh971iJpJuHlrpyaFPPv4/Z7zMLI9UQhsVXvfYRVOdkdIglXFFnt/VNXssqQ=',
  },
];

for (const { document, data } of VECTORS) {
  test(`the public sample ${document.slice(0, 21)} …, in both directions`, () => {
    assert.is(sealDocument(document, SITE_KEY), data);
    assert.is(opened(data), document);
  });
}

test('OpenSSL reads what we write, and we read what OpenSSL writes', async () => {
  for (const document of ['', 'x', 'a block is 16 by', '{"file_name":"기생충 (2019) – été.mp4"}']) {
    assert.is(await openssl(sealDocument(document, SITE_KEY), 'decrypt'), document);
    assert.is(opened(await openssl(document, 'encrypt')), document);
  }
});

test('white space around and in the Base64 of an answer does no harm', () => {
  const { document, data } = VECTORS[0]!;
  assert.is(opened(`\r\n${data.slice(0, 40)}\r\n${data.slice(40)}\n`), document);
});

test('an answer that is not what it should be is refused with a reason that quotes nothing', () => {
  const { document, data } = VECTORS[0]!;
  const reason = (text: string, siteKey = SITE_KEY): string => {
    try {
      openDocument(text, siteKey);
      return 'taken';
    } catch (error) {
      assert.instance(error, RangeError);
      assert.is((error as RangeError).cause, undefined);
      return (error as RangeError).message;
    }
  };
  const undecryptable = 'cannot be decrypted with the site key';
  assert.is(reason(document), 'is not Base64');
  assert.is(reason('<html>Not found</html>'), 'is not Base64');
  assert.is(reason(''), 'is empty');
  assert.is(reason('\r\n'), 'is empty');
  assert.is(reason(data, 'b'.repeat(32)), undecryptable);
  assert.is(reason(data.slice(0, -4)), undecryptable);
  assert.is(reason(sealDocument('x', SITE_KEY).replace(/^../, 'AA')), undecryptable);
});

test('a site key of another length is refused as a key of the wrong size, and not repeated', () => {
  assert.is(checkSiteKey(SITE_KEY), SITE_KEY);
  const refused = (text: string): PackagerError => {
    try {
      checkSiteKey(text);
    } catch (error) {
      if (PackagerError.is(error)) return error;
    }
    throw new Error('it was taken');
  };
  for (const [text, bytes] of [
    ['s3cr3t'.repeat(5), 30],
    ['61'.repeat(32), 64],
    ['', 0],
  ] as const) {
    const { code, message } = refused(text);
    assert.is(code, 'KEY_SIZE');
    assert.is(message, `The site key must have 32 bytes, but has ${bytes}.`);
  }
  assert.is(refused('é'.repeat(16)).code, 'INVALID_KEY');
  assert.is(refused(`${'a'.repeat(31)}\n`).code, 'INVALID_KEY');
});

const QUESTION = { fileName: 'A & B <1>.mp4', filePath: 'C:\\media\\A & B <1>.mp4' };

test('a question is a JSON object, or an XML document RES', () => {
  assert.equal(JSON.parse(writeQuestion(QUESTION, 'n1', 'json')), {
    file_name: QUESTION.fileName,
    file_path: QUESTION.filePath,
    nonce: 'n1',
  });
  const document = writeQuestion(QUESTION, 'n1', 'xml').split('\n').at(-1);
  const elements = [
    '<FILEPATH>C:\\media\\A &amp; B &lt;1&gt;.mp4</FILEPATH>',
    '<FILENAME>A &amp; B &lt;1&gt;.mp4</FILENAME>',
    '<NONCE>n1</NONCE>',
  ];
  assert.is(document, `<RES>${elements.join('')}</RES>`);
});

test('a path with control characters goes into JSON, but not into XML', () => {
  const question = { fileName: 'a\u0001.mp4', filePath: '/a\u0001.mp4' };
  assert.is(JSON.parse(writeQuestion(question, 'n', 'json')).file_name, question.fileName);
  assert.throws(() => writeQuestion(question, 'n', 'xml'), /control characters/);
});

test('a JSON answer: members of text; null and empty ones are missing, others are passed over', () => {
  const reply = { error_code: '0000', error_message: null, cid: ' 007 ', nonce: '', extra: [1], iv: 'aXY=' };
  assert.equal(readReply(JSON.stringify(reply), 'json'), { error_code: '0000', cid: ' 007 ', iv: 'aXY=' });
  assert.equal(readReply('{"error_code":4444}', 'json'), { error_code: '4444' });
  assert.equal(readReply('{}', 'json'), {});
  assert.throws(() => readReply('{"cid":7}', 'json'), /has a cid that is no text/);
  assert.throws(() => readReply('{"nonce":{"toString":1}}', 'json'), /has a nonce that is no text/);
  for (const text of ['[]', 'null', '"x"', '{', '', '<RES/>']) {
    assert.throws(() => readReply(text, 'json'), /is not a JSON object/);
  }
});

test('an XML answer: both spellings of the message, white space, references, CDATA', () => {
  const xml = (content: string) => readReply(`<?xml version="1.0"?>\n<RES>${content}</RES>`, 'xml');
  assert.equal(xml('<ERROR>0000</ERROR><CID>\n a&amp;b </CID><NONCE/><OTHER>x</OTHER>'), {
    error_code: '0000',
    cid: 'a&b',
  });
  assert.equal(xml('<ERROR>0001</ERROR><ERRMSG>one</ERRMSG>').error_message, 'one');
  assert.equal(xml('<ERROR>0001</ERROR><ERRORMSG><![CDATA[<two>]]></ERRORMSG>').error_message, '<two>');
  assert.equal(xml('<KEY_ID>a</KEY_ID><KEY>b</KEY><IV>c</IV>'), { key_id: 'a', key: 'b', iv: 'c' });
  assert.throws(() => xml('<CID>a</CID><CID>b</CID>'), /has CID more than once/);
  assert.throws(() => xml('<ERRMSG>a</ERRMSG><ERRORMSG>b</ERRORMSG>'), /more than once/);
});

test('an XML answer with entities, or with another root, is refused', () => {
  const refused = [
    '<!DOCTYPE RES [<!ENTITY x SYSTEM "file:///etc/passwd">]><RES><CID>&x;</CID></RES>',
    '<RES><CID>&x;</CID></RES>',
    '<RES><CID>a</RES>',
    '{"cid":"a"}',
    '',
  ];
  for (const text of refused) assert.throws(() => readReply(text, 'xml'), /is not an XML document/);
  assert.throws(() => readReply('<REQ/>', 'xml'), /root element is not RES/);
});

test.run();
