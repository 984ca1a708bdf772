/** An attribute list (RFC 8216, 4.2): names to values, without quotation marks. */
export function attributesOf(list: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of list.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))/g))
    found.set(name, quoted ?? plain);
  return found;
}

/** EXT-X-KEY, as far as the preview needs it. */
export interface KeyLine {
  readonly method: string;
  readonly uri: string | undefined;
  /** `0x…`, as it is written. */
  readonly iv: string | undefined;
  /** 32 hexadecimal digits in lower case. */
  readonly kid: string | undefined;
}

/** Read the attributes of an EXT-X-KEY line. */
export function readKeyLine(list: string): KeyLine {
  const attributes = attributesOf(list);
  const uri = attributes.get('URI');
  return {
    method: attributes.get('METHOD') ?? 'NONE',
    uri,
    iv: attributes.get('IV'),
    kid: keyIdOf(attributes.get('KEYID')?.replace(/^0x/i, '')) ?? keyIdOf(uri),
  };
}

/** A key id that stands in a text, such as `skd://<key id>`: as hexadecimal digits or as a UUID, alone of its kind. */
function keyIdOf(text: string | undefined): string | undefined {
  if (text === undefined || text.startsWith('data:')) return undefined;
  const found = [...text.matchAll(/(?<![\da-f])[\da-f]{8}(-?)(?:[\da-f]{4}\1){3}[\da-f]{12}(?![\da-f])/gi)];
  return found.length === 1 ? found[0]![0].replaceAll('-', '').toLowerCase() : undefined;
}
