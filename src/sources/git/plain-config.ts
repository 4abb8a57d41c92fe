/** Section, its quoted part if it has one. */
const SECTION = /^\[([A-Za-z0-9-]+)(?: "([^"\\\]]*)")?\]$/;
/** A value that needs no reading: no quotes, escapes or comments. */
const ENTRY = /^([A-Za-z][A-Za-z0-9-]*)(?:[ \t]*=[ \t]*([^"\\;#]*))?$/;
/** What git takes for blanks; JavaScript's `trim` knows more. */
const BLANKS = /^[ \t\r]+|[ \t\r]+$/g;

/** A key as `git config` lists it (section and name in lower case), and its value; empty where only the key stands. */
export type ConfigEntry = readonly [key: string, value: string];

/**
 * The entries of a git configuration that is written plainly, as git itself writes it, in their order. Undefined where
 * anything is in it that takes git to understand: quotes, escapes, comments behind values, other files, or mistakes.
 */
export function readPlainConfig(text: string): readonly ConfigEntry[] | undefined {
  const entries: ConfigEntry[] = [];
  let section: string | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.replace(BLANKS, '');
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const head = SECTION.exec(line);
    if (head !== null) {
      const name = (head[1] ?? '').toLowerCase();
      if (name === 'include' || name === 'includeif') return undefined;
      section = head[2] === undefined ? name : `${name}.${head[2]}`;
      continue;
    }
    const entry = ENTRY.exec(line);
    if (section === undefined || entry === null) return undefined;
    const key = `${section}.${(entry[1] ?? '').toLowerCase()}`;
    // A file of the work tree's own may say more, or other things.
    if (key === 'extensions.worktreeconfig') return undefined;
    entries.push([key, (entry[2] ?? '').replace(BLANKS, '')]);
  }
  return entries;
}
