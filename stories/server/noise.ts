/** A number from 0 to below 1 that looks random and is always the same for the same `n` and `seed`. */
export function noise(n: number, seed: number): number {
  let bits = Math.imul(n ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 16), 0x27d4eb2f);
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
}

/** One of `items`, always the same for the same `n` and `seed`. */
export function pick<Items extends readonly [unknown, ...unknown[]]>(
  items: Items,
  n: number,
  seed: number,
): Items[number] {
  return items[Math.floor(noise(n, seed) * items.length)] ?? items[0];
}
