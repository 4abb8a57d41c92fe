import { editDistance } from '../lib/nearest.ts';
import { OPTION_NAMES, OTHER_ENVIRONMENT, specOf } from './options.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Warnings about variables that look like one of ours with a typing error; others are none of our business. */
export function suspiciousNames(env: Environment): readonly string[] {
  const known = [...OPTION_NAMES.flatMap((name) => specOf(name).env ?? []), ...OTHER_ENVIRONMENT.map(({ name }) => name)];
  return Object.keys(env)
    .filter((name) => name.startsWith('TOKENWARDEN_') && name.length < 64 && /^[A-Z0-9_]+$/.test(name) && !known.includes(name))
    .sort()
    .flatMap((name) => {
      const meant = known.find((candidate) => editDistance(candidate, name) <= 2);
      return meant === undefined ? [] : [`the environment variable ${name} is not known; did you mean ${meant}?`];
    });
}
