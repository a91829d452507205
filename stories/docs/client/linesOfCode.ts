/** How many lines a text has that are neither empty nor a comment. */
export const linesOfCode = (text: string): number =>
  text.split('\n').filter((line) => !/^\s*($|\/\/|\/\*\*.*\*\/$)/.test(line)).length;
