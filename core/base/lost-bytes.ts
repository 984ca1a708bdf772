/** Whether a text was made of bytes that were not UTF-8: U+FFFD stands where they were, and nobody can tell any more what they were. */
export const hasLostBytes = (text: string): boolean => text.includes('\uFFFD');
