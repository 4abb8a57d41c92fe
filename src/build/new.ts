/** `npm run new -- KIND NAME`: a unit and its fixture from `templates/`, then the generators, then what to do next. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WardenError } from '../model/index.ts';
import { planScaffold, writeScaffold } from './scaffold.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const templates = fileURLToPath(new URL('./templates/', import.meta.url));
const [kind, name, ...rest] = process.argv.slice(2);

try {
  if (rest.length > 0) throw new WardenError('SCAFFOLD_USAGE', `one name at a time; "${rest.join(' ')}" is too much`);
  const scaffold = await planScaffold(templates, kind, name);
  await writeScaffold(root, scaffold);
  for (const file of scaffold.files) console.log(`wrote ${file.path}`);
  const generated = spawnSync(process.execPath, [fileURLToPath(new URL('./generate.ts', import.meta.url))], { stdio: 'inherit' });
  console.log(`\n${scaffold.next.trimEnd()}`);
  if (generated.status !== 0) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof WardenError)) throw error;
  process.stderr.write(`${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}\n`);
  process.exitCode = 2;
}
