import type { Path, Position } from '../../lib/parse-yaml.ts';
import { printable } from '../../lib/printable.ts';
import { nameOf } from '../config/explain-errors.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Problem } from '../config/problem.ts';

/** Which settings an organisation leaves to those who extend its file. */
export type IsDelegated = (path: Path) => boolean;

/** `delegates:` names a setting, or everything below one: `policy.stale`, `ignore`. */
export function delegatedBy(names: readonly string[]): IsDelegated {
  const paths = names.map((name) => name.split('.'));
  return (path) => paths.some((steps) => steps.every((step, index) => step === path[index]));
}

/** Something that was found to be looser than what the extended file demands. */
export interface Looser {
  readonly path: Path;
  readonly value: unknown;
  readonly demanded: unknown;
  /** Whether the extended file says it itself; else it is a default that it leaves in force. */
  readonly isStated: boolean;
}

/** Both places, and both values where they are of a kind that holds no secret. */
export function looserProblem({ path, value, demanded, isStated }: Looser, own: LoadedConfig, extended: LoadedConfig): Problem {
  const at = own.positionOf(path);
  const there = `${printable(extended.file)}${isStated ? placeOf(extended.positionOf(path)) : ''}`;
  const [shown, wanted] = [shownValue(value), shownValue(demanded)];
  const what = shown === undefined || wanted === undefined ? 'is looser than' : `${shown} is looser than ${wanted}, which is`;
  return {
    at,
    code: 'CONFIG_LOOSENS',
    message: `${nameOf(path)}: ${what} ${isStated ? `what ${there} demands` : `the default that ${there} leaves in force`}, and that file does not delegate it`,
    hint: `tighten or remove it here, or have \`${path.filter((step) => typeof step === 'string').join('.')}\` put under delegates: there`,
  };
}

function placeOf({ line, column }: Position): string {
  return `:${line}:${column}`;
}

/** The schema has seen to it that these are what they look like; texts and lists are never shown. */
function shownValue(value: unknown): string | undefined {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (value === undefined) return 'no limit';
  return typeof value === 'string' && /^(?:[0-9]{1,15}(?:\.[0-9]{1,6})? ?[A-Za-z]{0,3}|[a-z]{1,10})$/.test(value) ? value : undefined;
}
