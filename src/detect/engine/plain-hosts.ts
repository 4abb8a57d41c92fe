/** Schemes that send what they carry as it is. */
const PLAIN = String.raw`(?:http|ws|ftp)`;
/** A program or call that sends a request: a URL that only stands on the same line (a comment, a namespace) proves nothing. */
const SENDS = /\b(?:curl|wget|https?ie|xhs?|git|Invoke-(?:WebRequest|RestMethod)|iwr|irm|fetch|axios|got|ky|urlopen|requests?\s?\.\s?(?:get|post|put|patch|delete|request)|http(?:Client|x)?\s?\.\s?(?:get|post|put|patch|delete|request)|RestTemplate|URLConnection|http\.NewRequest)\b/i;
const HOST = String.raw`(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:\d{1,5})?`;
const IN_URL = new RegExp(String.raw`\b${PLAIN}:\/\/(?:[^\s/"'<>\`@]{0,200}@)?${HOST}[^\s"'<>\`]{0,250}$`, 'i');
const OPEN_URL = new RegExp(String.raw`\b${PLAIN}:\/\/[^\s/"'<>\`]{0,200}$`, 'i');
const AFTER_USER = new RegExp(String.raw`^[^\s/@"'<>\`]{0,200}@${HOST}`);
const ANYWHERE = new RegExp(String.raw`\b${PLAIN}:\/\/(?:[^\s/"'<>\`@]{0,200}@)?${HOST}`, 'gi');

/**
 * Hosts to which the line sends the secret without encryption: it stands in such a URL, or a command on the line sends it to
 * one. `head` and `tail` are the line before and after the secret. Sorted, lower case.
 */
export function plainHostsOf(head: string, tail: string): readonly string[] {
  if (!/:\/\//.test(head) && !/:\/\//.test(tail)) return [];
  const hosts = new Set<string>();
  const add = (found: RegExpExecArray | RegExpMatchArray | null): void => {
    if (found?.[1] !== undefined) hosts.add(`${found[1]}${found[2] ?? ''}`.toLowerCase());
  };
  if (OPEN_URL.test(head)) add(AFTER_USER.exec(tail));
  if (hosts.size === 0) add(IN_URL.exec(head));
  // A letter stands for the secret, so that a URL with it as its password stays one.
  if (SENDS.test(head)) for (const found of `${head}x${tail}`.matchAll(ANYWHERE)) add(found);
  return [...hosts].sort();
}
