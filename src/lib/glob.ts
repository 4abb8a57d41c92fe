import ignore from 'ignore';

/** Whether a name or path fits the pattern that was compiled. */
export type Matcher = (text: string) => boolean;

/** Patterns for names (rules, issuers, scopes): `*` stands for any run of characters, `?` for one; all else is itself. Case-sensitive. */
export function nameMatcher(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  if (!/[*?]/.test(pattern)) return (name) => name === pattern;
  const parts = pattern.split(/\*+/);
  return (name) => fits(name, parts);
}

/**
 * Patterns for paths in the syntax of `.gitignore`, case-sensitive: `secrets/**`, `*.env`, `/deploy`, and a folder's
 * name stands for all that lies in it. A path that begins with `/` or `./` is taken from there.
 */
export function pathMatcher(pattern: string): Matcher {
  if (pattern === '**' || pattern === '*') return () => true;
  // Compiled on first use: most runs have dozens of patterns and no path to ask about.
  let rules: ReturnType<typeof ignore> | undefined;
  return (path) => {
    const relative = path.replace(/^(?:\.?\/+)+/, '');
    rules ??= ignore({ ignorecase: false, allowRelativePaths: true }).add([pattern]);
    return relative !== '' && rules.ignores(relative);
  };
}

/** Linear in the text: each part is found as early as it can be, so that no pattern can make it go back. */
function fits(text: string, parts: readonly string[]): boolean {
  const head = parts[0] ?? '';
  const tail = parts.at(-1) ?? '';
  if (parts.length === 1) return text.length === head.length && isAt(text, head, 0);
  if (text.length < head.length + tail.length || !isAt(text, head, 0) || !isAt(text, tail, text.length - tail.length)) return false;
  let from = head.length;
  const end = text.length - tail.length;
  for (const part of parts.slice(1, -1)) {
    let at = from;
    while (at + part.length <= end && !isAt(text, part, at)) at += 1;
    if (at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

function isAt(text: string, part: string, at: number): boolean {
  for (let index = 0; index < part.length; index += 1) {
    if (part[index] !== '?' && part[index] !== text[at + index]) return false;
  }
  return true;
}
