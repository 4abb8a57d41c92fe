import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node } from 'yaml';
import { MAX_LINE, type Reference, type Told } from './reference.ts';

/** More text than this is data, or an attack on the parser. */
const MAX_TEXT = 2 << 20;

/** References of Kubernetes (secretKeyRef, envFrom, volumes) and of compose (secrets:, variables) in a YAML file. */
export function readManifest(text: string, isCompose: boolean): Told {
  if (!isCompose && !/secretKeyRef|secretRef|secretName|imagePullSecrets|projected/.test(text)) return { references: [] };
  if (text.length > MAX_TEXT) return { references: [], unread: 'is too large to be read as YAML' };
  if (text.includes('{{') && !isCompose) return { references: inTemplate(text), unread: 'is a template, which is YAML only when it is filled' };
  const lines = new LineCounter();
  const references: Reference[] = [];
  let unread: string | undefined;
  for (const document of parseAllDocuments(text, { lineCounter: lines, logLevel: 'silent' })) {
    if (document.errors.length > 0) unread = 'is not YAML throughout';
    const at = (node: unknown): number => lines.linePos((node as Node | undefined)?.range?.[0] ?? 0).line;
    walk(document.contents, undefined, (key, value) => {
      if (isCompose) readCompose(key, value, at, references);
      else readKubernetes(key, value, at, references);
    });
  }
  return { references, ...(unread === undefined ? {} : { unread }) };
}

type At = (node: unknown) => number;

function readKubernetes(key: string | undefined, value: unknown, at: At, into: Reference[]): void {
  const push = (name: string, within: string | undefined): void => {
    if (within !== undefined) into.push({ holder: 'kubernetes', name, within, line: at(value) });
  };
  if (key === 'secretKeyRef') push(textAt(value, 'key') ?? '*', textAt(value, 'name'));
  else if (key === 'secretRef') push('*', textAt(value, 'name'));
  else if (key === 'secretName' && isScalar(value)) push('*', String(value.value));
  else if (key === 'secret' && isMap(value)) push('*', textAt(value, 'name'));
  else if (key === 'imagePullSecrets' && isSeq(value)) value.items.forEach((item) => push('.dockerconfigjson', textAt(item, 'name')));
}

/** What a template says in plain words; the rest is for who fills it. */
function inTemplate(text: string): readonly Reference[] {
  const found: Reference[] = [];
  for (const match of text.matchAll(/\bsecretKeyRef:[ \t]*\n[ \t]+(name|key):[ \t]*["']?([\w.-]+)["']?[ \t]*\n[ \t]+(name|key):[ \t]*["']?([\w.-]+)["']?[ \t]*$/gm)) {
    const parts = new Map([[match[1], match[2]], [match[3], match[4]]] as const);
    const [name, within] = [parts.get('key'), parts.get('name')];
    if (name !== undefined && within !== undefined) found.push({ holder: 'kubernetes', name, within, line: text.slice(0, match.index).split('\n').length });
  }
  return found;
}

function readCompose(key: string | undefined, value: unknown, at: At, into: Reference[]): void {
  if (isScalar(value) && typeof value.value === 'string' && value.value.length <= MAX_LINE) {
    for (const [, name] of value.value.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g)) into.push({ holder: 'environment', name: name ?? '', line: at(value) });
  }
  if (key !== 'secrets' || !isMap(value)) return;
  for (const { key: name, value: how } of value.items) {
    const from = textAt(how, 'environment');
    const file = textAt(how, 'file');
    into.push(from === undefined ? { holder: 'compose', name: String(name), ...(file === undefined ? {} : { within: file }), line: at(name) } : { holder: 'environment', name: from, line: at(name) });
  }
}

/** Every value with its key. Aliases are not followed: what they mean stands elsewhere. */
function walk(node: unknown, key: string | undefined, see: (key: string | undefined, value: unknown) => void, depth = 0): void {
  if (depth > 60 || isAlias(node)) return;
  see(key, node);
  if (isSeq(node)) node.items.forEach((item) => walk(item, undefined, see, depth + 1));
  else if (isMap(node)) node.items.forEach((pair) => walk(pair.value, isScalar(pair.key) ? String(pair.key.value) : undefined, see, depth + 1));
}

function textAt(node: unknown, key: string): string | undefined {
  const value = isMap(node) ? node.get(key) : undefined;
  return typeof value === 'string' ? value : undefined;
}
