import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { startFakeGitHub, type FakeGitHub } from './fake.ts';
import { buildAction, configuration, runStep, startForge, startIssuer, type FakeIssuer, type Forge, type Step, type StepOptions } from './workspace.ts';

/** What tests of the Action run in: built once a file, and for each test a forge with one commit, an issuer and GitHub's API, all of its own. Importing it sets it up. */
export let index: string;
export let forge: Forge;
export let issuer: FakeIssuer;
export let fake: FakeGitHub;
/** The first commit of `main`: the configuration, which names the issuer, and a file. */
export let base: string;

// Each step is a process of its own, several of them a test, on machines that do other things, too.
vi.setConfig({ testTimeout: 120_000 });

let built: string;
beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), 'tokenwarden-action-'));
  index = buildAction(built);
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

beforeEach(async () => {
  [forge, issuer, fake] = await Promise.all([startForge(), startIssuer(), startFakeGitHub()]);
  base = forge.commit('base', { 'tokenwarden.yml': configuration(issuer), 'a.txt': 'hello\n' });
});
afterEach(async () => {
  await Promise.all([forge.stop(), issuer.stop(), fake.stop()]);
});

/** From now on `base` is this commit. */
export function moveBase(commit: string): void {
  base = commit;
}

/** Told from each other by a letter; made at run time, as no literal token belongs in a tree. */
export const tokenOf = (letter: string): string => `acme_${`${letter}3j9x2m7q8w1`.repeat(3).slice(0, 32)}`;
export const line = (token: string): string => `const key = '${token}';\n`;

export type More = Partial<Omit<StepOptions, 'event' | 'payload' | 'workspace'>>;
/** One step of a workflow, as a runner runs it. */
export const act = (event: string, payload: unknown, workspace: string, more: More = {}): Promise<Step> => runStep({ index, workspace, event, payload, fake, forge, ...more });
