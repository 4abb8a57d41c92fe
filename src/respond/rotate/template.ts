const PLACEHOLDER = /\{([a-z][a-z0-9-]*)(?:\|(url|json))?\}/g;

/** The parts that a template names. */
export function templateParts(template: string): readonly string[] {
  return [...new Set(piecesOf(template).fields.map(({ part }) => part))];
}

/** Why a template is none; undefined where it is one. Between two parts stands what tells them apart. */
export function templateProblem(template: string): string | undefined {
  const { fields, texts } = piecesOf(template);
  if (fields.length === 0) return 'it names no part: write {secret} where the secret stands';
  if (!fields.some(({ part }) => part === 'secret')) return 'it has no {secret}';
  return texts.slice(1, -1).includes('') ? 'between two parts something must stand that tells them apart' : undefined;
}

/** The text with each part in its place; undefined where one is not known. */
export function fillTemplate(template: string, valueOf: (part: string) => string | undefined): string | undefined {
  const { fields, texts } = piecesOf(template);
  const values = fields.map(({ part, coding }) => encoded(valueOf(part), coding));
  return values.includes(undefined) ? undefined : texts.map((text, index) => text + (values[index] ?? '')).join('');
}

/** The parts in a text that a template made; undefined for one of another form, and where it can be read in two ways. */
export function readTemplate(template: string, text: string): ReadonlyMap<string, string> | undefined {
  const { fields, texts } = piecesOf(template);
  const [first = '', last = ''] = [texts[0], texts.at(-1)];
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return undefined;
  const between = texts.slice(1, -1);
  const inner = text.slice(first.length, text.length - last.length);
  const cut = fromLeft(inner, between);
  if (cut === undefined || cut.join('\n') !== fromRight(inner, between)?.join('\n')) return undefined;
  const found = new Map<string, string>();
  for (const [index, { part, coding }] of fields.entries()) {
    const value = decoded(cut[index] ?? '', coding);
    if (value === undefined || value === '' || (found.has(part) && found.get(part) !== value)) return undefined;
    found.set(part, value);
  }
  return found;
}

interface Field {
  readonly part: string;
  readonly coding: string | undefined;
}

/** What stands around the parts is one longer than the parts. */
function piecesOf(template: string): { readonly fields: readonly Field[]; readonly texts: readonly string[] } {
  const fields: Field[] = [];
  const texts: string[] = [];
  let at = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    texts.push(template.slice(at, match.index));
    fields.push({ part: match[1] ?? '', coding: match[2] });
    at = match.index + match[0].length;
  }
  return { fields, texts: [...texts, template.slice(at)] };
}

function fromLeft(text: string, between: readonly string[]): readonly string[] | undefined {
  const pieces: string[] = [];
  let at = 0;
  for (const one of between) {
    const found = text.indexOf(one, at);
    if (found === -1) return undefined;
    pieces.push(text.slice(at, found));
    at = found + one.length;
  }
  return [...pieces, text.slice(at)];
}

function fromRight(text: string, between: readonly string[]): readonly string[] | undefined {
  const pieces: string[] = [];
  let end = text.length;
  for (const one of between.toReversed()) {
    const found = end < one.length ? -1 : text.lastIndexOf(one, end - one.length);
    if (found === -1) return undefined;
    pieces.unshift(text.slice(found + one.length, end));
    end = found;
  }
  return [text.slice(0, end), ...pieces];
}

function encoded(value: string | undefined, coding: Field['coding']): string | undefined {
  if (value === undefined || coding === undefined) return value;
  return coding === 'url' ? encodeURIComponent(value) : JSON.stringify(value).slice(1, -1);
}

function decoded(text: string, coding: Field['coding']): string | undefined {
  try {
    return coding === undefined ? text : coding === 'url' ? decodeURIComponent(text) : (JSON.parse(`"${text}"`) as string);
  } catch {
    return undefined;
  }
}
