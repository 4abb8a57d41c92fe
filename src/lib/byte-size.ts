const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gib: 2 ** 30,
  t: 1e12,
  tb: 1e12,
  tib: 2 ** 40,
};

/** What `parseByteSize` takes, as a JSON Schema pattern. */
export const BYTE_SIZE_PATTERN = '^[0-9]{1,15}(\\.[0-9]{1,6})? ?([KkMmGgTt]([Ii]?[Bb])?|[Bb])?$';

/** `10MB` (SI), `1GiB` (IEC), `1500` (bytes) to bytes, rounded down; undefined if it is no size or under one byte. */
export function parseByteSize(text: string): number | undefined {
  if (!new RegExp(BYTE_SIZE_PATTERN).test(text)) return undefined;
  const [, number = '', unit = ''] = /^([0-9.]+) ?([A-Za-z]*)$/.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  return Number.isSafeInteger(bytes) && bytes >= 1 ? bytes : undefined;
}

/** Bytes for people: `12 B`, `3.4 MB` (SI, one digit after the point). */
export function formatByteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
