import { defined } from '../base/defined.ts';
import { localPath, NotLocal } from '../io/local-path.ts';
import { schemeOf } from '../io/reference.ts';
import type { Layer } from './expand.ts';
import { listOf } from './thumbnail-schema.ts';

/**
 * A layer with absolute paths. References with a scheme stay as they are: sources and stores say what they read and take. What is
 * meant for a path of this machine, and is none, is complained about.
 * @param base where relative paths start
 */
export function withAbsolutePaths(
  layer: Layer,
  base: string,
  complain: (place: string, what: string) => void,
): Layer {
  const { inputs, output, markers, thumbnails } = layer.fields;
  const absolute = (place: string, text: string): string => {
    if (schemeOf(text) !== undefined) return text;
    try {
      return localPath(base, text);
    } catch (cause) {
      if (!(cause instanceof NotLocal)) throw cause;
      const canCopy = cause.isRemote && place !== 'output';
      complain(place, `${cause.message}${canCopy ? ': copy the file here first' : ''}.`);
      return text;
    }
  };
  const paths = {
    inputs: inputs?.map((input, index) =>
      typeof input === 'string' || input instanceof URL
        ? absolute(`inputs[${index}]`, String(input))
        : { ...input, file: absolute(`inputs[${index}].file`, String(input.file)) },
    ),
    output: output === undefined ? undefined : absolute('output', output),
    markers: typeof markers === 'string' ? absolute('markers', markers) : undefined,
    thumbnails:
      thumbnails &&
      listOf(thumbnails).map(({ folder, files, ...set }, index) => ({
        ...set,
        ...(folder !== undefined && { folder: absolute(`thumbnails[${index}].folder`, folder) }),
        ...(files && {
          files: files.map((file, place) => absolute(`thumbnails[${index}].files[${place}]`, file)),
        }),
      })),
  };
  return { ...layer, fields: { ...layer.fields, ...defined(paths) } };
}
