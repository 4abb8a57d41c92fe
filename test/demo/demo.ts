/**
 * `npm run demo`: the whole story against real issuers on 127.0.0.1. Tokens are minted, leaked, found, asked about,
 * judged and revoked; every claim is checked from outside, and the first that does not hold ends the demo with exit 1.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTokenwarden } from './command.ts';
import { createNarrator } from './narrate.ts';
import { play } from './play.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

const WITHIN_MS = 120_000;
const root = fileURLToPath(new URL('../../', import.meta.url));
const out = join(root, 'demo-out');
const began = performance.now();
const narrator = createNarrator(() => performance.now() - began);
const children = new Set<() => void>();
let folder: string | undefined;
let world: Promise<World> | undefined;
let cleaning: Promise<void> | undefined;

/** Stops everything that was started and removes what was planted; what is in `demo-out/` stays. */
function clean(): Promise<void> {
  cleaning ??= (async () => {
    for (const stop of children) stop();
    // Servers that are only just starting have to be stopped, too.
    await world?.then((started) => started.stop(), () => undefined);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  })();
  return cleaning;
}

async function end(code: number, why?: string): Promise<never> {
  if (why !== undefined) process.stderr.write(`\n${why}\n`);
  await clean();
  process.exit(code);
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) process.once(signal, () => void end(code, `stopped by ${signal}`));
setTimeout(() => void end(1, `the demo did not end within ${WITHIN_MS / 1000} s`), WITHIN_MS).unref();

try {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await readFile(join(root, 'dist/tokenwarden.js')).catch(() => {
    throw new Error('dist/tokenwarden.js is not there: run "npm ci" or "npm run build" first');
  });
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-demo-'));
  narrator.chapter('Start two issuers and mint tokens');
  world = createWorld();
  const state = join(folder, 'state');
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  await play({
    narrator,
    world: await world,
    folder,
    out,
    written: [out, state, temporary],
    commandIn: (cwd, env) => createTokenwarden(cwd, { ...env, XDG_STATE_HOME: state, TMPDIR: temporary, HOME: state }, (stop) => children.add(stop)),
    writeText: (path, text) => writeFile(path, text, { mode: 0o600 }),
    shown: (path) => relative(root, path),
  });
  await clean();
  narrator.say(`\n   ${narrator.proofs()} claims proven in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
} catch (error) {
  if (cleaning !== undefined) await cleaning;
  else await end(1, `The demo failed: ${error instanceof Error ? error.message : String(error)}`);
}
