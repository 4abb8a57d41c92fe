import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../measure.ts';
import type { Peers } from '../peers.ts';

/** Programs to run in turn. The first is ours; ratios are ours by each of the others. */
export interface Comparison {
  readonly name: string;
  readonly programs: readonly Program[];
  /** Bytes that each reads, if they say something. */
  readonly bytes?: number;
  /** What the ratio to a program of this name is to be at most. */
  readonly goals: readonly { readonly against: string; readonly wall?: number; readonly cpu?: number }[];
  readonly mostBytes?: number;
}

/** What parts are given. */
export interface Bench {
  /** Where corpora, peers and results are kept. */
  readonly cache: string;
  /** The built command. */
  readonly command: string;
  readonly peers: Peers;
}

const MEMORY_GOAL = 300 << 20;
export const GOAL = { mostBytes: MEMORY_GOAL } as const;

/** A run of ours. Its state lies in a folder of its own name; `fresh` empties it before each run. */
export function ours(bench: Bench, name: string, args: readonly string[], { fresh = true, cwd }: { readonly fresh?: boolean; readonly cwd?: string } = {}): Program {
  const state = join(bench.cache, 'state', name.replace(/[^a-z0-9]+/g, '-'));
  return {
    name,
    command: process.execPath,
    args: [bench.command, 'scan', ...args, '--quiet', '--state', state],
    ...(cwd === undefined ? {} : { cwd }),
    ...(fresh ? { before: () => rmSync(state, { recursive: true, force: true }) } : {}),
  };
}

export function kingfisher({ peers }: Bench, name: string, args: readonly string[]): Program {
  return { name, command: peers.kingfisher, args: ['scan', ...args, '--no-validate', '--no-update-check', '--format', 'json'] };
}

/** Reading every file below a folder, and nothing else. */
export function cat(folder: string): Program {
  return { name: 'cat', command: 'sh', args: ['-c', 'find "$0" -type f -print0 | xargs -0 cat', folder] };
}
