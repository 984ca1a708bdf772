import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { requestedRange } from './byte-range.ts';
import { DATA_HEADERS } from './headers.ts';
import type { InnerFile } from './inner-file.ts';

/** Answer with a text. */
export function sendText(
  { method }: IncomingMessage,
  response: ServerResponse,
  body: string | Uint8Array,
  headers: OutgoingHttpHeaders,
  status = 200,
): void {
  const bytes = Buffer.from(body as string);
  response.writeHead(status, { ...DATA_HEADERS, ...headers, 'Content-Length': bytes.length });
  response.end(method === 'HEAD' ? undefined : bytes);
}

/** Answer with data for the page. */
export const sendJson = (
  request: IncomingMessage,
  response: ServerResponse,
  value: unknown,
  status = 200,
): void =>
  sendText(
    request,
    response,
    JSON.stringify(value),
    { 'Content-Type': 'application/json; charset=utf-8' },
    status,
  );

/** Answer with a refusal in a sentence. */
export const refuse = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  why: string,
): void => sendText(request, response, `${why}\n`, { 'Content-Type': 'text/plain; charset=utf-8' }, status);

/** Answer that it is at another address of this server. @param to a path from its root, encoded */
export function redirect(response: ServerResponse, to: string): void {
  response.writeHead(302, { ...DATA_HEADERS, Location: to }).end();
}

/** Answer with a file, or the part of it that is asked for; closes it. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { handle, size }: InnerFile,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  try {
    const all = { ...DATA_HEADERS, ...headers, 'Accept-Ranges': 'bytes' };
    const range = requestedRange(request.headers.range, size);
    if (range === 'unsatisfiable') {
      response.writeHead(416, { ...all, 'Content-Range': `bytes */${size}` }).end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    response.writeHead(range ? 206 : 200, {
      ...all,
      'Content-Length': end - start + 1,
      ...(range && { 'Content-Range': `bytes ${start}-${end}/${size}` }),
    });
    if (request.method === 'HEAD' || size === 0) response.end();
    else await pipeline(handle.createReadStream({ start, end, autoClose: false }), response);
  } finally {
    await handle.close();
  }
}
