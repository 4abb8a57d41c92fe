import type { HttpRequest } from '../../model/index.ts';
import { isObject, objectsOf } from '../reading/json.ts';
import type { JsonObject } from '../reading/json.ts';
import { postJson } from './requests.ts';

/** A GraphQL question. It reads only, so it may be sent again when a connection breaks. */
export function graphqlQuery(url: URL, query: string, headers: Readonly<Record<string, string>>, variables?: JsonObject): HttpRequest {
  return { ...graphqlMutation(url, query, headers, variables), repeatable: true };
}

/** A GraphQL order: sent once. */
export function graphqlMutation(url: URL, query: string, headers: Readonly<Record<string, string>>, variables?: JsonObject): HttpRequest {
  return postJson(url, { query, ...(variables === undefined ? {} : { variables }) }, headers);
}

/** `data` of an answer without errors; undefined otherwise. */
export function graphqlData(body: unknown): JsonObject | undefined {
  if (!isObject(body) || !isObject(body['data'])) return undefined;
  return objectsOf(body['errors']).length === 0 ? body['data'] : undefined;
}
