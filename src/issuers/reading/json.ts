import type { HttpResponse } from '../../model/index.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** `application/json` and its `+json` kin; nothing else is trusted to be what the issuer's document describes. */
const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json\s*(?:;|$)/i;

/** The body as a JSON object. Undefined for any other content type (a login page with status 200), broken JSON, or another JSON value. */
export function readObject(response: HttpResponse): JsonObject | undefined {
  const value = readJson(response);
  return isObject(value) ? value : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Members that are objects, in order; empty for anything else. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The body as any JSON value; undefined for another content type or broken JSON. */
export function readJson(response: HttpResponse): unknown {
  if (!JSON_TYPE.test(response.headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(response.body) as unknown;
  } catch {
    return undefined;
  }
}
