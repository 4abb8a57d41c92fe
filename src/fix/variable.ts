/** Variables that mean something already, or that decide what code runs. */
const RESERVED = /^(?:PATH|HOME|USER|SHELL|PWD|IFS|ENV|TERM|LANG|TMPDIR|CI|NODE_.*|LD_.*|DYLD_.*|PYTHON.*|RUBY.*|PERL.*|JAVA_.*|BASH_.*|GIT_.*|RUNNER_.*|TF_.*|SSH_.*|NPM_CONFIG_.*|GO.*)$/;

/**
 * The variable for a credential: the name that the text gives it, if that has two words, else the kind's. `taken` are names of
 * other credentials.
 */
export function variableFor(before: string, ruleId: string, taken: ReadonlySet<string>): string {
  const named = /([A-Za-z_][\w.-]{0,60}?)["']?\]?(?:\s*:\s*[\w<>&' .|?[\]]{1,40})?\s*(?:=>|:=|=|:)\s*[(@$]?[A-Za-z]{0,2}["'`]{0,3}$/.exec(before)?.[1];
  const wished = named === undefined ? undefined : upper(named.split('.').at(-1) ?? '');
  const own = upper(ruleId);
  const name = wished !== undefined && wished.includes('_') && /^[A-Z][A-Z0-9_]{4,47}$/.test(wished) && !RESERVED.test(wished) && !/[0-9]{4}/.test(wished) ? wished : RESERVED.test(own) ? `APP_${own}` : own;
  // GitHub keeps this prefix for itself.
  const allowed = name.replace(/^GITHUB_/, 'GH_');
  if (!taken.has(allowed)) return allowed;
  for (let count = 2; ; count += 1) if (!taken.has(`${allowed}_${count}`)) return `${allowed}_${count}`;
}

function upper(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '').toUpperCase();
}
