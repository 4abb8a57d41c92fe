/** What a betterleaks `filter` says that we can say, too. A filter drops a finding where it is true. */
export interface FilterParts {
  /** Secrets of at most so much entropy are dropped. */
  readonly minEntropy?: number;
  readonly exceptWords: readonly string[];
  readonly exceptPatterns: readonly string[];
  /** Terms without a counterpart. */
  readonly unknown: readonly string[];
}

const SECRET = String.raw`(?:finding\.secret|finding\[\s*["']secret["']\s*\]|secret)`;
const ENTROPY = new RegExp(String.raw`^(?:filter\.)?entropy\(\s*${SECRET}\s*\)\s*<=?\s*(\d+(?:\.\d+)?)$`);
const CONTAINS = new RegExp(String.raw`^(?:filter\.)?containsAny\(\s*${SECRET}\s*,\s*\[([\s\S]*)\]\s*\)$`);
const MATCHES = new RegExp(String.raw`^(?:filter\.)?matchesAny\(\s*${SECRET}\s*,\s*\[([\s\S]*)\]\s*\)$`);

/** Reads the alternatives (`||`) of a filter in the expression languages of betterleaks 1 and 2. */
export function readFilter(source: string): FilterParts {
  let minEntropy: number | undefined;
  const exceptWords: string[] = [];
  const exceptPatterns: string[] = [];
  const unknown: string[] = [];
  for (const term of terms(source)) {
    const entropy = ENTROPY.exec(term)?.[1];
    const words = literals(CONTAINS.exec(term)?.[1]);
    const patterns = literals(MATCHES.exec(term)?.[1]);
    if (entropy !== undefined) minEntropy = Math.max(minEntropy ?? 0, Number(entropy));
    else if (words !== undefined) exceptWords.push(...words);
    else if (patterns !== undefined) exceptPatterns.push(...patterns);
    else unknown.push(/^(?:filter\.)?(\w+)\(/.exec(term)?.[1] ?? 'an expression');
  }
  return { ...(minEntropy === undefined ? {} : { minEntropy }), exceptWords, exceptPatterns, unknown };
}

/** Splits at `||` outside of parentheses and strings; a term in parentheses is looked into. */
function terms(source: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < source.length; at += 1) {
    const string = STRING.exec(source.slice(at))?.[0];
    if (string !== undefined) at += string.length - 1;
    else if ('([{'.includes(source[at] ?? '')) depth += 1;
    else if (')]}'.includes(source[at] ?? '')) depth -= 1;
    else if (depth === 0 && source.startsWith('||', at)) {
      found.push(source.slice(from, at));
      from = at + 2;
      at += 1;
    }
  }
  found.push(source.slice(from));
  const clean = found.map((term) => term.replace(/^\s*(?:\/\/[^\n]*\n\s*)*/, '').trim()).filter((term) => term !== '');
  return clean.flatMap((term) => (isWrapped(term) ? terms(term.slice(1, -1)) : [term]));
}

/** Whether the first parenthesis closes at the end. */
function isWrapped(term: string): boolean {
  if (!term.startsWith('(')) return false;
  let depth = 0;
  for (let at = 0; at < term.length; at += 1) {
    const string = STRING.exec(term.slice(at))?.[0];
    if (string !== undefined) at += string.length - 1;
    else if (term[at] === '(') depth += 1;
    else if (term[at] === ')') {
      depth -= 1;
      if (depth === 0) return at === term.length - 1;
    }
  }
  return false;
}

/** Raw and plain strings: `r"""…"""`, `r'…'`, `"…"`, `'…'` and backquotes. */
const STRING = /^(?:r?"""[\s\S]*?"""|r?'''[\s\S]*?'''|r"[^"]*"|r'[^']*'|`[^`]*`|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')/;

/** The strings of a list; undefined if anything else stands in it. */
function literals(list: string | undefined): readonly string[] | undefined {
  if (list === undefined) return undefined;
  const found: string[] = [];
  let rest = list.trim();
  while (rest !== '') {
    const string = STRING.exec(rest)?.[0];
    if (string === undefined) return undefined;
    found.push(unquoted(string));
    rest = rest.slice(string.length).replace(/^\s*,?\s*/, '');
  }
  return found;
}

function unquoted(string: string): string {
  const isRaw = /^[r`]/.test(string);
  const body = string.replace(/^r/, '');
  const inside = /^("""|''')/.test(body) ? body.slice(3, -3) : body.slice(1, -1);
  return isRaw ? inside : inside.replace(/\\([\s\S])/g, (_, character: string) => ({ n: '\n', t: '\t', r: '\r' })[character] ?? character);
}
