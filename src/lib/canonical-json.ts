/**
 * JSON of which equal values give equal bytes: members sorted by UTF-16 code units, no spaces, numbers and strings as
 * `JSON.stringify` writes them (RFC 8785). As there, `toJSON` is honoured and undefined members are left out. Throws a
 * `TypeError` for what JSON cannot say (NaN, infinity, functions, symbols, big integers, cycles), which
 * `JSON.stringify` would turn into `null` or drop.
 */
export function canonicalJson(value: unknown): string {
  return write(value, new Set());
}

function write(given: unknown, above: Set<object>): string {
  const value = plain(given);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`JSON has no number ${value}`);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw new TypeError(`JSON has no ${typeof value}`);
  if (above.has(value)) throw new TypeError('JSON has no cycles');
  above.add(value);
  const text = Array.isArray(value) ? `[${value.map((item: unknown) => write(item, above)).join(',')}]` : `{${members(value, above).join(',')}}`;
  above.delete(value);
  return text;
}

function members(value: object, above: Set<object>): readonly string[] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${write(member, above)}`);
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value) as unknown) : value;
}
