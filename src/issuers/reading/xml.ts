import { XMLParser } from 'fast-xml-parser';
import type { HttpResponse } from '../../model/index.ts';
import { isObject } from './json.ts';
import type { JsonObject } from './json.ts';

const XML_TYPE = /^(?:text|application)\/xml\s*(?:;|$)/i;
/** Deeper than any answer we read. */
const MAX_DEPTH = 30;

/** Values stay text; elements named in `lists` are arrays even when there is one. */
function parser(lists: readonly string[]): XMLParser {
  return new XMLParser({ ignoreAttributes: true, parseTagValue: false, ignoreDeclaration: true, removeNSPrefix: true, isArray: (name) => lists.includes(name) });
}

/** The body of an answer that says it is XML; undefined for another content type and whatever `parseXml` does not take. */
export function readXml(response: HttpResponse, ...lists: readonly string[]): JsonObject | undefined {
  return XML_TYPE.test(response.headers['content-type'] ?? '') ? parseXml(response.body, ...lists) : undefined;
}

/**
 * XML as an object of its root element, texts as strings. Undefined for what is not well formed, and for anything with a
 * document type: no answer we read has one, and entities are made there.
 */
export function parseXml(body: string, ...lists: readonly string[]): JsonObject | undefined {
  if (/<!DOCTYPE/i.test(body) || isTooDeep(body)) return undefined;
  try {
    const value: unknown = parser(lists).parse(body.replace(/^\uFEFF/, ''), true);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isTooDeep(body: string): boolean {
  let depth = 0;
  for (const [tag] of body.matchAll(/<\/?[A-Za-z][^<>]*>/g)) {
    if (tag.startsWith('</')) depth -= 1;
    else if (!tag.endsWith('/>')) depth += 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
