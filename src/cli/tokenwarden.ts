#!/usr/bin/env node
// The bin: no static imports and plain syntax, so that a Node that is too old says one clear sentence instead of a syntax error.
/** Put in by the build. */
declare const BUILT_VERSION: string;

const version: readonly number[] = process.versions.node.split('.').map(Number);
const major: number = version[0] || 0;
const minor: number = version[1] || 0;

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write('tokenwarden needs Node.js 22.18 or newer, and this is ' + process.version + '.\n');
  process.exitCode = 2;
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(BUILT_VERSION + '\n');
} else {
  rememberCompiledCode();
  start();
}

function start(): void {
  let shell: { readonly main: () => Promise<void> };
  try {
    shell = process.getBuiltinModule('node:module').createRequire(import.meta.url)('./main.cjs');
  } catch (error) {
    process.stderr.write('error: tokenwarden is not installed completely; install it again [INSTALLATION]\n');
    process.stderr.write((error instanceof Error ? error.message : '') + '\n');
    process.exitCode = 2;
    return;
  }
  shell.main();
}

/**
 * Lets Node keep the compiled code of the bundle, which halves the start, in the state directory: the default place is a
 * shared temporary folder, where others could plant code for us to run.
 */
function rememberCompiledCode(): void {
  const args = process.argv;
  const at = args.indexOf('--state');
  const joined = args.filter((text) => text.startsWith('--state='))[0];
  const env = process.env;
  const given = joined !== undefined ? joined.slice(8) : at > 0 ? args[at + 1] : env['TOKENWARDEN_STATE'];
  const home = env['XDG_STATE_HOME'] || (env['HOME'] ? env['HOME'] + '/.local/state' : '');
  const state = given || (home ? home + '/tokenwarden' : '');
  if (!state || args.includes('--no-cache') || env['TOKENWARDEN_CACHE'] === 'false' || env['TOKENWARDEN_CACHE'] === '0') return;
  try {
    // Folder by folder, for the reason that src/lib/make-folder.ts gives.
    const files = process.getBuiltinModule('node:fs');
    const path = process.getBuiltinModule('node:path');
    const missing: string[] = [];
    for (let at = path.resolve(state); !files.existsSync(at) && path.dirname(at) !== at; at = path.dirname(at)) missing.unshift(at);
    missing.forEach((folder) => files.mkdirSync(folder, { mode: 0o700 }));
    // What is kept is the code that the first run used: each command has runs of its own kind.
    const name = /^(?:scan|audit|rules|explain)$/.test(args[2] || '') ? args[2] : 'other';
    process.getBuiltinModule('node:module').enableCompileCache(state + '/compiled/' + name + (args.includes('--staged') ? '-staged' : ''));
  } catch {
    // Without it the start is slower, that is all.
  }
}
