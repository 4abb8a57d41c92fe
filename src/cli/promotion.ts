import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { sideAt, type Gate } from '../assemble/index.ts';
import { DEFAULT_ENVIRONMENTS } from '../lib/environments.ts';
import { listOf, nearest } from '../lib/nearest.ts';
import { WardenError } from '../model/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Io } from './io.ts';

/** `audit --promote FROM TO`: the gate, and the targets that hold both sides. */
export interface PromotionRun {
  readonly gate: Gate;
  readonly targets: readonly string[];
}

/** Reads FROM and TO: a path that exists, else an environment of the working directory. Throws `USAGE_PROMOTE`. */
export function promotionOf(args: readonly string[], { values, environments = DEFAULT_ENVIRONMENTS, policy }: Settings, io: Io): PromotionRun | undefined {
  if (!values.promote) return undefined;
  const [from = '', to = ''] = args;
  if (args.length !== 2 || from === '' || to === '') throw wrong('--promote takes exactly two targets, FROM and TO', 'for example: tokenwarden audit --promote dist deploy/prod');
  if (resolve(io.cwd, from) === resolve(io.cwd, to)) throw wrong('FROM and TO of --promote are the same', 'name what is promoted, and where it goes');
  if (policy.promoted === false) throw wrong('--promote judges by the check promoted, which the policy switches off', 'take promoted: false out of the policy');
  if (values.staged || values.history || values.range !== undefined) throw wrong('--promote looks at what lies there now', 'leave out --staged, --range and --history');
  const names = Object.keys(environments);
  const sides = [from, to].map((given) => {
    if (given === '-' || given.startsWith('issuer:')) throw wrong('FROM and TO of --promote are paths or environments', 'write standard input and lists of tokens to a file or folder first');
    const path = resolve(io.cwd, given);
    if (existsSync(path)) return { target: given, place: sideAt(path) };
    if (names.includes(given)) return { target: '.' };
    const meant = nearest(given, names);
    throw wrong(`there is neither a path nor an environment of the name that --promote was given, expected a path, ${listOf(names)}`, meant === undefined ? 'check its spelling; environments stand under environments: in tokenwarden.yml' : `did you mean ${meant}?`);
  });
  const [source, goal] = sides;
  return {
    gate: { from, to, ...(source?.place === undefined ? {} : { fromPlace: source.place }), ...(goal?.place === undefined ? {} : { toPlace: goal.place }) },
    targets: [...new Set(sides.map(({ target }) => target))],
  };
}

function wrong(message: string, hint: string): WardenError {
  return new WardenError('USAGE_PROMOTE', message, { hint });
}
