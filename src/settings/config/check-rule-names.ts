import { nearest } from '../../lib/nearest.ts';
import type { StoreConfig } from '../config-file.ts';
import { nameOf } from './explain-errors.ts';
import type { LoadedConfig } from './load-config.ts';
import type { Path } from '../../lib/parse-yaml.ts';
import { textsBelow } from './named-texts.ts';
import { configError, shownKey, type Problem } from './problem.ts';

/**
 * Rules that a configuration names and nobody knows: a claim or an exception with a typing error would hold for nothing
 * in silence. Patterns (`*`, `?`) may match nothing. Throws `CONFIG_UNKNOWN_RULE` with place and nearest spelling.
 */
export function checkRuleNames(config: LoadedConfig, known: readonly string[]): void {
  const ids = new Set(known);
  const problems = namedRules(config).flatMap(({ path, rule }): readonly Problem[] => {
    if (ids.has(rule) || /[*?]/.test(rule)) return [];
    const meant = nearest(rule, known);
    return [
      {
        at: config.positionOf(path),
        ...(config.fileOf === undefined ? {} : { file: config.fileOf(path) }),
        code: 'CONFIG_UNKNOWN_RULE',
        message: `${nameOf(path)}: no rule is called ${shownKey(rule)}`,
        hint: meant === undefined ? 'see "tokenwarden rules list"' : `did you mean \`${meant}\`?`,
      },
    ];
  });
  if (problems.length > 0) throw configError(config.file, problems);
}

interface NamedRule {
  readonly path: Path;
  readonly rule: string;
}

function namedRules({ data }: LoadedConfig): readonly NamedRule[] {
  const claims = (data.stores ?? []).flatMap((store: StoreConfig, index) =>
    store.claims.flatMap(({ rule }, position): readonly NamedRule[] => (rule === undefined ? [] : [{ path: ['stores', index, 'claims', position, 'rule'], rule }])),
  );
  return [...claims, ...([['policy', data.policy], ['owners', data.owners], ['tokens', data.tokens], ['respond', data.respond]] as const).flatMap(([key, part]) => textsBelow(part, 'rule', [key])).map(({ path, text }) => ({ path, rule: text }))];
}
