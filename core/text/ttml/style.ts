/** Values of style attributes by their names: `tts:color`. */
export type Style = Readonly<Record<string, string>>;
