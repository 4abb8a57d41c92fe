/** Deterministic random source (xmur3 seeding mulberry32): the same on every machine and Node. Never for real secrets. */
export interface SeededRandom {
  /** 0 ≤ integer < bound. */
  readonly below: (bound: number) => number;
  readonly pick: (alphabet: string) => string;
  readonly text: (alphabet: string, length: number) => string;
  readonly bytes: (length: number) => Buffer;
}

export function seededRandom(seed: string): SeededRandom {
  let state = hash(seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (bound: number): number => Math.floor((next() / 4_294_967_296) * bound);
  const pick = (alphabet: string): string => alphabet.charAt(below(alphabet.length));
  return {
    below,
    pick,
    text: (alphabet, length) => Array.from({ length }, () => pick(alphabet)).join(''),
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}

function hash(text: string): number {
  let h = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  h = Math.imul(h ^ (h >>> 16), 2246822507);
  h = Math.imul(h ^ (h >>> 13), 3266489909);
  return (h ^ (h >>> 16)) >>> 0;
}
