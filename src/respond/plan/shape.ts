/** Says what is wrong with a value at `where`, or nothing. */
export type Shape = (value: unknown, where: string) => string | undefined;

export const text: Shape = (value, where) => (typeof value === 'string' ? undefined : `${where}: expected text`);
export const bool: Shape = (value, where) => (typeof value === 'boolean' ? undefined : `${where}: expected true or false`);
export const whole: Shape = (value, where) => (Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : `${where}: expected a whole number`);
export const positive: Shape = (value, where) => (typeof value === 'number' && value > 0 && Number.isFinite(value) ? undefined : `${where}: expected a number above 0`);
export const instant: Shape = (value, where) => (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value)) ? undefined : `${where}: expected an instant such as 2026-11-22T12:00:00Z`);

export function matching(pattern: RegExp, what: string): Shape {
  return (value, where) => (typeof value === 'string' && pattern.test(value) ? undefined : `${where}: expected ${what}`);
}

export function oneOf(...values: readonly unknown[]): Shape {
  return (value, where) => (values.includes(value) ? undefined : `${where}: expected ${values.map((each) => JSON.stringify(each)).join(' or ')}`);
}

export function list(item: Shape): Shape {
  return (value, where) => {
    if (!Array.isArray(value)) return `${where}: expected a list`;
    for (const [index, each] of value.entries()) {
      const problem = item(each, `${where}[${index}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** An object with all of `needed`, any of `optional`, and nothing else. */
export function object(needed: Readonly<Record<string, Shape>>, optional: Readonly<Record<string, Shape>> = {}): Shape {
  return (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${where}: expected an object`;
    const given = value as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(needed, name) && !Object.hasOwn(optional, name)) return `${where}: nothing is called ${JSON.stringify(name.slice(0, 40))} here`;
    }
    for (const [name, shape] of Object.entries({ ...needed, ...optional })) {
      if (!Object.hasOwn(given, name)) {
        if (Object.hasOwn(needed, name)) return `${where}.${name}: is missing`;
        continue;
      }
      const problem = shape(given[name], `${where}.${name}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** Objects told apart by their member `tag`. */
export function tagged(tag: string, shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, where) => {
    const kind = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[tag] : undefined;
    const shape = typeof kind === 'string' && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
    return shape === undefined ? `${where}.${tag}: expected ${Object.keys(shapes).join(', ')}` : shape(value, where);
  };
}
