import type { KeyObject } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { fail, type PackagerError } from '../base/errors.ts';
import { thrownWords } from '../base/thrown.ts';

/** A cipher of Node.js over all bytes of something, with its padding. */
export interface CipherRecipe {
  readonly algorithm: 'aes-128-cbc';
  /** Shows itself to nobody. */
  readonly key: KeyObject;
  readonly iv: Uint8Array;
}

/** What came back from another thread. */
export interface EncryptedApart {
  /** The ciphertext is these, one after the other. */
  readonly pieces: readonly Uint8Array[];
  /** The memory of what was encrypted: most of the pieces are in it. */
  readonly memory: readonly ArrayBuffer[];
}

/**
 * Encrypts in another thread. The memory of the parts goes there: nobody else may look at it any more.
 * @returns `undefined` where the system gives no more threads: the parts are as they were
 */
export type EncryptApart = (
  recipe: CipherRecipe,
  parts: readonly Uint8Array[],
) => Promise<EncryptedApart> | undefined;

/**
 * As text, so that it is the same wherever this module was bundled to: a thread that loads nothing else begins in some 20 ms.
 *
 * Bytes are encrypted where they are, in pieces that stay in the processor's cache. A cipher holds back what does not fill a block, so an answer
 * can be longer than what it was given: then it goes along by itself. The others are freed at once, as `giveBack` says.
 */
const THREAD = `
const { createCipheriv } = require('node:crypto');
const { MessageChannel, parentPort } = require('node:worker_threads');
const PIECE = 65536;
const { port1: nowhere, port2 } = new MessageChannel();
port2.close();
parentPort.on('messageerror', (cause) => {
  throw cause;
});
parentPort.on('message', ({ recipe, parts }) => {
  const cipher = createCipheriv(recipe.algorithm, recipe.key, recipe.iv);
  const pieces = [];
  for (const part of parts) {
    let start = 0;
    let end = 0;
    for (let at = 0; at < part.length; ) {
      const piece = part.subarray(at, at + PIECE);
      const answer = cipher.update(piece);
      at += piece.length;
      if (end + answer.length <= at) {
        part.set(answer, end);
        end += answer.length;
        if (answer.byteLength === answer.buffer.byteLength) nowhere.postMessage(undefined, [answer.buffer]);
      } else {
        pieces.push(part.subarray(start, end), answer);
        start = end = at;
      }
    }
    pieces.push(part.subarray(start, end));
  }
  pieces.push(cipher.final());
  const memory = [...new Set(parts.map(({ buffer }) => buffer))];
  parentPort.postMessage({ pieces, memory }, memory);
});
`;

interface Waiting {
  resolve(encrypted: EncryptedApart): void;
  reject(cause: PackagerError): void;
}

/** Such threads of this process, whatever number of titles it packages. */
let running = 0;
/** One processor is for who writes. */
const mostRunning = (): number => Math.max(1, availableParallelism() - 1);

/** A thread that does nothing but encrypt, one thing after the other. It starts with the first of them. */
export class CipherThread {
  #worker: Worker | undefined;
  /** In the order in which they were asked for. */
  readonly #waiting: Waiting[] = [];
  #failure: PackagerError | undefined;
  /** There was none to be had. */
  #isRefused = false;

  /** @throws PackagerError UNEXPECTED, from the promise, when the thread has ended */
  readonly encrypt: EncryptApart = (recipe, parts) => {
    if (this.#failure) return Promise.reject(this.#failure);
    const worker = this.#worker ?? this.#start();
    if (!worker) return undefined;
    worker.postMessage({ recipe, parts }, [...new Set(parts.map(({ buffer }) => buffer as ArrayBuffer))]);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  };

  /** End the thread. What it has not done is never done. */
  async close(): Promise<void> {
    this.#fail('the thread that encrypts was ended');
    await this.#worker?.terminate();
  }

  #start(): Worker | undefined {
    if (this.#isRefused || running >= mostRunning()) return undefined;
    try {
      const worker = new Worker(THREAD, { eval: true, execArgv: [], env: {} }); // no loaders of this thread
      running += 1;
      worker.on('message', (encrypted: EncryptedApart) => this.#waiting.shift()?.resolve(encrypted));
      worker.on('messageerror', (cause) => this.#fail(`the thread that encrypts: ${cause.message}`));
      worker.on('error', (cause) => this.#fail(`the thread that encrypts: ${thrownWords(cause)}`));
      worker.on('exit', (status) => {
        running -= 1;
        this.#fail(`the thread that encrypts has ended (${status})`);
      });
      this.#worker = worker;
      return worker;
    } catch {
      this.#isRefused = true;
      return undefined;
    }
  }

  #fail(why: string): void {
    this.#failure ??= fail.unexpected(why);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
