import { linesOf, type Reference, type Told } from './reference.ts';

/** `secrets.NAME` in workflows and actions of GitHub; `secrets: inherit` hands on all there are. */
export function readWorkflow(text: string): Told {
  const references: Reference[] = [];
  let unread: string | undefined;
  for (const { line, text: part } of linesOf(text)) {
    const code = part.replace(/^\s*#.*$/, '');
    for (const [, plain, quoted] of code.matchAll(/\bsecrets(?:\.([A-Za-z_][A-Za-z0-9_]*)|\[\s*['"]([A-Za-z_][A-Za-z0-9_]*)['"]\s*\])/g)) {
      const name = plain ?? quoted ?? '';
      // GitHub makes that one itself, for each job.
      if (!/^github_token$/i.test(name)) references.push({ holder: 'github-actions', name, line });
    }
    if (/^\s*secrets:\s*["']?inherit\b/.test(code)) unread = 'hands on every secret there is (secrets: inherit)';
    if (/\bsecrets\[\s*[A-Za-z(]/.test(code) || /toJSON\(\s*secrets\s*\)/i.test(code)) unread = 'takes secrets whose names are made at run time';
  }
  return { references, ...(unread === undefined ? {} : { unread }) };
}
