import type { ImportNote } from './imported.ts';

/** Reads fields of a foreign rule one by one, and tells in the end which ones nobody asked for. */
export class Fields {
  readonly #data: Readonly<Record<string, unknown>>;
  readonly #read = new Set<string>();

  constructor(data: unknown) {
    this.#data = typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : {};
  }

  /** Names are matched without regard to case, as gitleaks does. */
  #value(name: string): unknown {
    const key = Object.keys(this.#data).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (key !== undefined) this.#read.add(key);
    return key === undefined ? undefined : this.#data[key];
  }

  text(name: string): string | undefined {
    const value = this.#value(name);
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
  }

  number(name: string): number | undefined {
    const value = this.#value(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : typeof value === 'bigint' ? Number(value) : undefined;
  }

  truth(name: string): boolean | undefined {
    const value = this.#value(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.#value(name);
    return (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter((one): one is string => typeof one === 'string');
  }

  /** A list of tables; one table counts as a list of one. */
  tables(name: string): readonly Fields[] {
    const value = this.#value(name);
    const all = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
    return all.map((one) => new Fields(one));
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  /** A note for each field that was not read. */
  unread(): readonly ImportNote[] {
    return Object.keys(this.#data)
      .filter((key) => !this.#read.has(key))
      .map((field) => ({ field: /^[\w.-]{1,40}$/.test(field) ? field : '(a field)', what: 'not carried over: tokenwarden has nothing of the kind' }));
  }
}
