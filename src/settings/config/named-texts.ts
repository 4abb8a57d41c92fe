import type { Path } from '../../lib/parse-yaml.ts';

/** A text of a configuration and where it stands. */
export interface PlacedText {
  readonly path: Path;
  readonly text: string;
}

/** Every text under `key` at any depth: the checks' lists of exceptions name rules and issuers so. */
export function textsBelow(value: unknown, key: string, path: Path): readonly PlacedText[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): readonly PlacedText[] => {
    const here = [...path, Array.isArray(value) ? Number(name) : name];
    return name === key && typeof inner === 'string' ? [{ path: here, text: inner }] : textsBelow(inner, key, here);
  });
}
