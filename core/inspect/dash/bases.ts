import { textOf } from '../../base/xml/read-xml.ts';
import type { XmlNode } from '../../base/xml/xml-node.ts';
import { ForeignReference, type References } from '../files/references.ts';
import type { PlaceOfBytes } from '../model/places.ts';
import { childrenOf } from './children.ts';
import type { MpdFault } from './values.ts';

/** Each level may name several places, and each of them those of the level below. */
const MOST = 16;

/** The addresses that references of an element begin at (ISO/IEC 23009-1, 5.6.4): alternatives, the first of which is tried first. */
export class Bases {
  readonly #references: References;
  readonly #addresses: readonly string[];
  readonly #fault: MpdFault;
  /** Of the address that had the last file. */
  #preferred = 0;

  constructor(references: References, addresses: readonly string[], fault: MpdFault) {
    this.#references = references;
    this.#addresses = addresses;
    this.#fault = fault;
  }

  /** Those of a child element, which may have BaseURL elements of its own. */
  within(element: XmlNode): Bases {
    const own = childrenOf(element, 'BaseURL');
    if (own.length === 0) return new Bases(this.#references, this.#addresses, this.#fault);
    const addresses = this.#addresses.flatMap((base) =>
      own.flatMap((one) => this.#joined(base, textOf(one) ?? '', one) ?? []),
    );
    return new Bases(this.#references, addresses.slice(0, MOST), this.#fault);
  }

  /**
   * The place of what an element names. What leads out of the package stands for itself, and nobody opens it.
   * @param reference empty: the base itself
   */
  place(
    element: XmlNode,
    reference: string,
    range?: { readonly offset: number; readonly length: number },
  ): PlaceOfBytes {
    return { path: this.#path(element, reference), offset: range?.offset ?? 0, length: range?.length };
  }

  #path(element: XmlNode, reference: string): string {
    let foreign: ForeignReference | undefined;
    for (let turn = 0; turn < this.#addresses.length; turn++) {
      const index = (this.#preferred + turn) % this.#addresses.length;
      try {
        const path = this.#references.pathOf(reference, this.#addresses[index]!);
        this.#preferred = index;
        return path;
      } catch (cause) {
        if (!(cause instanceof ForeignReference)) throw cause;
        foreign ??= cause;
      }
    }
    this.#fault(
      element,
      'REFERENCE_FOREIGN',
      `refers to what is not in the package: ${(foreign?.message ?? 'it has no base').replace(/\.$/, '')}`,
    );
    return foreign?.shown ?? reference;
  }

  #joined(base: string, reference: string, element: XmlNode): string | undefined {
    try {
      return this.#references.join(base, reference);
    } catch (cause) {
      if (!(cause instanceof ForeignReference)) throw cause;
      this.#fault(element, 'REFERENCE_SYNTAX', 'is no URI');
      return undefined;
    }
  }
}
