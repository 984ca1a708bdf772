const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text that stands as it is in a cue (W3C WebVTT, 4.2.2). `>` too: `-->` would end a cue. */
export const escapeCueText = (text: string): string =>
  text.replace(/[&<>]/g, (character) => ESCAPES[character]!);

/** Cue text that was stored by itself, in lines as a file can have them: none empty, no times among them. */
export const storedPayload = (text: string): string =>
  text
    .replaceAll('\0', '')
    .replace(/\r\n?/g, '\n')
    .replaceAll('-->', '--&gt;')
    .split('\n')
    .filter((line) => line !== '')
    .join('\n');

/** Writes cue text whose tags are closed in the order that readers need, whatever the source does. */
export class CueTextWriter {
  readonly #parts: string[] = [];
  /** Open tags: a name of the source's, and the tag of WebVTT that stands for it; empty where there is none. */
  readonly #open: { readonly name: string; readonly tag: string }[] = [];

  /** @param text as people read it */
  text(text: string): void {
    this.#parts.push(escapeCueText(text));
  }

  /** @param markup of WebVTT, as it is */
  raw(markup: string): void {
    this.#parts.push(markup);
  }

  /** @param tag with classes and all: `c.red`; empty: none */
  open(name: string, tag: string): void {
    this.#open.push({ name, tag });
    if (tag !== '') this.#parts.push(`<${tag}>`);
  }

  /** Close the last tag of this name; those that were opened after it go on. One that is not open closes nothing. */
  close(name: string): void {
    const from = this.#open.findLastIndex((tag) => tag.name === name);
    if (from < 0) return;
    const [, ...inner] = this.#closeFrom(from);
    for (const tag of inner) this.open(tag.name, tag.tag);
  }

  /** What was written, all tags closed, without empty lines and white space around. */
  end(): string {
    this.#closeFrom(0);
    const lines = this.#parts.join('').split('\n');
    return lines.filter((line) => line.trim() !== '').join('\n');
  }

  #closeFrom(from: number): { readonly name: string; readonly tag: string }[] {
    const closed = this.#open.splice(from);
    for (const { tag } of closed.toReversed()) {
      if (tag !== '') this.#parts.push(`</${/^[a-z]+/.exec(tag)![0]}>`);
    }
    return closed;
  }
}
