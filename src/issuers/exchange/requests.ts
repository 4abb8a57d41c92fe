import type { HttpRequest, Secret } from '../../model/index.ts';

/** `path` below a base URL whose own path, if any, is kept. */
export function below(base: URL, path: string): URL {
  return new URL(`${base.href.replace(/\/+$/, '')}/${path}`);
}

/** `Authorization: Bearer` (RFC 6750 section 2.1). */
export function bearer(secret: Secret): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${secret.reveal()}` };
}

export function get(url: URL, headers: Readonly<Record<string, string>>): HttpRequest {
  return { method: 'GET', url, headers: { accept: 'application/json', ...headers } };
}

/** A form post (`application/x-www-form-urlencoded`). */
export function postForm(url: URL, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): HttpRequest {
  return { method: 'POST', url, headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...headers }, body: new URLSearchParams(form).toString() };
}

export function postJson(url: URL, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpRequest {
  return { method: 'POST', url, headers: { accept: 'application/json', 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** `Authorization: Basic` (RFC 7617) of a user name (often the key itself, with an empty password) and a password. */
export function basic(user: string, password: string): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` };
}

export function remove(url: URL, headers: Readonly<Record<string, string>>): HttpRequest {
  return { method: 'DELETE', url, headers: { accept: 'application/json', ...headers } };
}
