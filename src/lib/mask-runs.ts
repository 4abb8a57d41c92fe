const MASK = '********';

/** User information of URLs, also where a path was made of one (`https:/user:secret@host`). */
const USER_INFORMATION = /\b([a-z][a-z0-9+.-]*:\/{1,2})[^/\s@]+@/gi;

/**
 * Text that may quote what was typed, without what reads like a token to somebody who knows no kinds of tokens: the user
 * information of URLs, and runs of at least 20 token characters with both cases and digits strewn among them. `wide` takes
 * `-`, `+` and `.` for token characters too, and with them hides more than tokens.
 */
export function maskRuns(text: string, wide = false): string {
  return text.replace(USER_INFORMATION, `$1${MASK}@`).replace(wide ? /[A-Za-z0-9_+.=-]{20,}/g : /[A-Za-z0-9_]{20,}/g, (run) => (isTokenLike(run) ? MASK : run));
}

/** A revision that nobody knows here, for people: names of branches are words, and object names lower-case hex digits. */
export function maskName(name: string): string {
  return maskRuns(name).replace(/[A-Za-z0-9]{16,}/g, (run) => (/^(?:[a-z]+|[0-9a-f]+)$/.test(run) ? run : MASK));
}

/** A year in a name is no such thing: digits must begin or end often. */
function isTokenLike(run: string): boolean {
  return /[a-z]/.test(run) && /[A-Z]/.test(run) && (run.match(/[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])/g) ?? []).length >= 3;
}
