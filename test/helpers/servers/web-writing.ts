import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebServer } from './web-server.ts';

const pathOf = (url = '/'): string => decodeURIComponent(new URL(url, 'http://web').pathname);

const etagOf = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

/** What a server answers that takes files: `PUT` with its conditions, `DELETE` also of folders, `MOVE` without folders to be made. */
export async function answerWriting(
  { objects, writes }: Pick<WebServer, 'objects' | 'writes'>,
  request: IncomingMessage,
  response: ServerResponse,
  isLost: boolean,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const path = pathOf(request.url);
  const end = (status: number, headers = {}) =>
    void (isLost ? response.destroy() : response.writeHead(status, headers).end());
  const { 'if-none-match': none, 'if-match': match, destination, overwrite } = request.headers;
  const object = objects.get(path);
  switch (request.method) {
    case 'HEAD':
      return object ? end(200, { 'content-length': object.bytes.length, ...object.headers }) : end(404);
    case 'PUT': {
      if (none === '*' && object) return end(412);
      if (match !== undefined && match !== object?.headers?.['etag']) return end(412);
      const bytes = Buffer.concat(chunks);
      objects.set(path, { bytes, headers: { etag: etagOf(bytes) } });
      return end(object ? 204 : 201);
    }
    case 'DELETE': {
      const gone = [...objects.keys()].filter(
        (key) => key === path || (path.endsWith('/') && key.startsWith(path)),
      );
      for (const key of gone) objects.delete(key);
      return end(gone.length > 0 ? 204 : 404);
    }
    case 'MOVE': {
      if (writes !== 'dav') return end(405);
      const to = pathOf(String(destination));
      if (!object) return end(404);
      if (overwrite === 'F' && objects.has(to)) return end(412);
      objects.delete(path);
      objects.set(to, object);
      return end(204);
    }
    default:
      return end(405);
  }
}
