import type { LineList } from 'use-event-stream';

/** The index of the first row with this id or a later one: ids only grow. */
export function indexFrom(lines: LineList, id: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines.at(middle)?.id ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many rows came after the one with this id. */
export function rowsAfter(lines: LineList, id: number): number {
  return lines.length - indexFrom(lines, id + 1);
}
