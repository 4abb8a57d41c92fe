/** Reads fields of an answer that nobody has checked yet. A wrong type reads as absent. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path of keys. */
export function fieldAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isFields(at) && Object.hasOwn(at, key) ? at[key] : undefined), value);
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = fieldAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** A whole number that can be trusted to be exact. */
export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = fieldAt(value, ...path);
  return Number.isSafeInteger(found) ? (found as number) : undefined;
}

/** Members that are objects; empty for anything but a list. Lists may stand in a page of their own name: `workflow_runs`. */
export function listAt(value: unknown, ...path: readonly string[]): readonly Fields[] {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found.filter(isFields) : [];
}
