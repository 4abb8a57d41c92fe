import { WardenError } from '../model/index.ts';

/** An object of a report, of which a reader asks field by field; what is wrong is told with its place. */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly where: string;

  constructor(value: unknown, where: string) {
    if (!isObject(value)) throw damaged(where, 'should be an object');
    this.#value = value;
    this.where = where;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#value, name) && this.#value[name] !== null;
  }

  text(name: string): string {
    return this.optionalText(name) ?? fail(damaged(`${this.where}.${name}`, 'is missing'));
  }

  optionalText(name: string): string | undefined {
    const value = this.#own(name);
    if (value === undefined || typeof value === 'string') return value;
    throw damaged(`${this.where}.${name}`, 'should be a text');
  }

  /** A whole number from 1; undefined for none and for 0, which tools write where they know nothing. */
  position(name: string): number | undefined {
    const value = this.#own(name);
    if (value === undefined || value === 0) return undefined;
    if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
    throw damaged(`${this.where}.${name}`, 'should be a whole number');
  }

  object(name: string): Fields {
    return new Fields(this.#own(name), `${this.where}.${name}`);
  }

  optionalObject(name: string): Fields | undefined {
    return this.#own(name) === undefined ? undefined : this.object(name);
  }

  objects(name: string): readonly Fields[] {
    return objectsOf(this.#own(name) ?? [], `${this.where}.${name}`);
  }

  entries(): readonly (readonly [string, unknown])[] {
    return Object.entries(this.#value);
  }

  #own(name: string): unknown {
    return this.has(name) ? this.#value[name] : undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectsOf(value: unknown, where: string): readonly Fields[] {
  if (!Array.isArray(value)) throw damaged(where, 'should be a list');
  return value.map((item, index) => new Fields(item, `${where}[${index}]`));
}

/** `where` is a path in the report; nothing of its content is told. */
export function damaged(where: string, what: string): WardenError {
  return new WardenError('INGEST_DAMAGED', `${where} ${what}`, { hint: 'the report is cut off, was edited, or is of a version that is not known; let the tool write it again' });
}

function fail(error: WardenError): never {
  throw error;
}
