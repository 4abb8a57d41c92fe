import type { Strictness } from '../../model/index.ts';
import type { IsDelegated, Looser } from './looser.ts';
import { isAsTight } from './tighter.ts';

/** A check as the catalogue of checks has it; generated, since settings know no checks. */
export interface KnownCheck {
  readonly id: string;
  readonly severity: string;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly tighter: Readonly<Record<string, Strictness>>;
}

export interface KnownPolicy {
  readonly checks: readonly KnownCheck[];
  /** From the loosest to the tightest; the first holds where none is named. */
  readonly packs: readonly { readonly id: string; readonly settings: Readonly<Record<string, false | Readonly<Record<string, unknown>>>> }[];
}

type Values = Readonly<Record<string, unknown>>;
/** Every parameter and `severity`; false: the check is off. */
type Effective = false | Values;

const SEVERITY: Strictness = ['low', 'medium', 'high', 'critical'];

/** What came of joining: every check with all that holds, and where each part was said. */
export interface JoinedPolicy {
  readonly policy: Values;
  readonly looser: readonly Looser[];
  /** Paths below `policy` that the own file decided. */
  readonly own: readonly (readonly string[])[];
  /** Paths that the own file's pack decided. */
  readonly byPack: readonly (readonly string[])[];
}

/**
 * The policy of a file that extends another one. What the own file says must be as tight as what holds there (its settings, its pack, the
 * defaults), or delegated. A tighter pack tightens what it can and loosens nothing.
 */
export function joinPolicy(ownPolicy: Values, extended: Values, known: KnownPolicy, isDelegated: IsDelegated): JoinedPolicy {
  const looser: Looser[] = [];
  const own: (readonly string[])[] = [];
  const byPack: (readonly string[])[] = [];
  const refuse = (path: readonly string[], value: unknown, demanded: unknown, isStated: boolean): void => {
    looser.push({ path: ['policy', ...path], value, demanded, isStated });
  };
  const packRank = (policy: Values): number => Math.max(0, known.packs.findIndex(({ id }) => id === policy['pack']));
  const isPackDelegated = isDelegated(['policy', 'pack']);
  const ownPack = ownPolicy['pack'] === undefined ? undefined : packRank(ownPolicy);
  if (ownPack !== undefined && ownPack < packRank(extended) && !isPackDelegated) refuse(['pack'], ownPolicy['pack'], extended['pack'], true);

  const joined = known.checks.map((check): readonly [string, Effective] => {
    const { id } = check;
    const demanded = effective(check, extended[id], settingsIn(known, packRank(extended), id));
    const isStated = extended[id] !== undefined;
    const base = ownPack === undefined ? demanded : isPackDelegated ? effective(check, extended[id], settingsIn(known, ownPack, id)) : tightened(check, demanded, settingsIn(known, ownPack, id), (name) => byPack.push([id, name]));
    const said = ownPolicy[id];
    if (said === undefined) return [id, base];
    own.push([id]);
    if (said === false) {
      if (base !== false && !isDelegated(['policy', id])) {
        refuse([id], false, true, isStated);
        return [id, base];
      }
      return [id, false];
    }
    const on = base === false ? effective(check, true, settingsIn(known, ownPack ?? packRank(extended), id)) : base;
    if (said === true || on === false) return [id, on];
    const result: Record<string, unknown> = { ...on };
    for (const [name, value] of Object.entries(said as Values)) {
      // A check that was off demands nothing of its parameters.
      if (base !== false && !isAsTight(orderOf(check, name), value, base[name]) && !isDelegated(['policy', id, name])) refuse([id, name], value, base[name], isStated && typeof extended[id] === 'object' && name in (extended[id] as Values));
      else result[name] = value;
    }
    return [id, result];
  });
  const pack = known.packs[looser.length === 0 ? (ownPack ?? packRank(extended)) : packRank(extended)]?.id;
  return { policy: { ...(pack === undefined ? {} : { pack }), ...Object.fromEntries(joined) }, looser, own, byPack };
}

function orderOf({ tighter }: KnownCheck, name: string): Strictness {
  return name === 'severity' ? SEVERITY : (tighter[name] ?? 'same');
}

function settingsIn({ packs }: KnownPolicy, rank: number, id: string): false | Values | undefined {
  return packs[rank]?.settings[id];
}

/** As the policy room reads it: what is given, then the pack, then the check's defaults. */
function effective(check: KnownCheck, given: unknown, pack: false | Values | undefined): Effective {
  if (given === false || (given === undefined && pack === false)) return false;
  return { severity: check.severity, ...check.defaults, ...(typeof pack === 'object' ? pack : {}), ...(typeof given === 'object' && given !== null ? (given as Values) : {}) };
}

/** What holds, with whatever of a pack is tighter: what the pack says itself, not the defaults beside it. */
function tightened(check: KnownCheck, base: Effective, pack: false | Values | undefined, note: (name: string) => void): Effective {
  if (pack === false) return base;
  if (base === false) return effective(check, undefined, pack);
  const better = Object.entries(pack ?? {}).filter(([name, value]) => {
    const order = orderOf(check, name);
    return order !== 'same' && isAsTight(order, value, base[name]) && !isAsTight(order, base[name], value);
  });
  for (const [name] of better) note(name);
  return { ...base, ...Object.fromEntries(better) };
}
