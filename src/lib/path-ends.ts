/** Whether a path ends in one of `ends`: whole components, in which `*` stands for anything but a slash. Case counts. */
export function createPathTest(ends: readonly string[]): (path: string) => boolean {
  if (ends.length === 0) return () => false;
  const expression = new RegExp(`(?:^|/)(?:${ends.map((path) => path.replace(/[.+?^$(){}|[\]\\]/g, String.raw`\$&`).replaceAll('*', '[^/]*')).join('|')})$`);
  return (path) => expression.test(path);
}
