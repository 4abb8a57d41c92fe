/** So many last characters of a path tell most that end otherwise. */
const TAIL = 4;

/** Whether a path ends in one of `ends`: whole components, in which `*` stands for anything but a slash. Case counts. */
export function createPathTest(ends: readonly string[]): (path: string) => boolean {
  const byTail = new Map<string, string[]>();
  for (const end of ends) {
    const literal = end.slice(end.lastIndexOf('*') + 1);
    const tail = literal.length < TAIL ? '' : literal.slice(-TAIL);
    byTail.set(tail, [...(byTail.get(tail) ?? []), end]);
  }
  const tests = new Map([...byTail].map(([tail, some]) => [tail, expressionOf(some)]));
  const always = tests.get('');
  return (path) => tests.get(path.slice(-TAIL))?.test(path) === true || always?.test(path) === true;
}

function expressionOf(ends: readonly string[]): RegExp {
  return new RegExp(`(?:^|/)(?:${ends.map((path) => path.replace(/[.+?^$(){}|[\]\\]/g, String.raw`\$&`).replaceAll('*', '[^/]*')).join('|')})$`);
}
