import type { Strictness } from '../../model/index.ts';
import type { Unit } from './tighter.ts';
import { OPTION_NAMES, specOf } from '../options.ts';

/** One setting of a configuration that is compared as a whole. */
export interface SettingKey {
  readonly path: readonly string[];
  readonly tighter: Strictness;
  /** What holds where nobody says it, as a configuration would. */
  readonly fallback?: unknown;
  readonly unit: Unit;
  /** What both say adds up: entries of lists, names of mappings. */
  readonly adds: boolean;
}

interface Section {
  readonly tighter: Strictness;
  readonly fallback?: unknown;
  readonly replaces?: true;
}

/** What is no option. A store decides who is asked, an owner who answers: nobody can tell whether another one is tighter. */
const SECTIONS: Readonly<Record<string, Section>> = {
  stores: { tighter: 'same' },
  environments: { tighter: 'same' },
  owners: { tighter: 'same' },
  tokens: { tighter: 'same' },
  grants: { tighter: 'fewer' },
  rotations: { tighter: 'same' },
  'coverage.accept': { tighter: 'fewer' },
  'rules.kinds': { tighter: 'same' },
  'rules.files': { tighter: 'same' },
  'rules.disable': { tighter: 'fewer' },
  'respond.approvals.required': { tighter: 'higher', fallback: 0 },
  'respond.approvals.four-eyes': { tighter: 'on', fallback: false },
  'respond.approvals.valid-for': { tighter: 'lower', fallback: '24h' },
  'respond.people': { tighter: 'same' },
  'respond.rules': { tighter: 'fewer' },
  'respond.issuers': { tighter: 'same', replaces: true },
  'respond.limit': { tighter: 'same', replaces: true },
  'respond.protect': { tighter: 'further' },
  'respond.freeze': { tighter: 'further' },
  'respond.production': { tighter: 'further', fallback: ['prod', 'production'] },
  'respond.prefer': { tighter: ['revoke', 'reversible'], fallback: 'reversible' },
  'respond.public': { tighter: 'same' },
  'respond.page': { tighter: 'same', replaces: true },
  'sla.told': { tighter: 'lower' },
  'sla.dead.critical': { tighter: 'lower' },
  'sla.dead.high': { tighter: 'lower' },
  'sla.dead.medium': { tighter: 'lower' },
  'sla.dead.low': { tighter: 'lower' },
  'ledger.anchors': { tighter: 'free' },
};

/** Every setting but the checks below `policy:`, options first. */
export const SETTING_KEYS: readonly SettingKey[] = [
  ...OPTION_NAMES.flatMap((name): readonly SettingKey[] => {
    const { key, tighter = 'same', kind, fallback, list } = specOf(name);
    if (key === undefined) return [];
    const holds = list !== undefined ? [] : kind === 'on' ? false : kind === 'off' ? true : fallback;
    return [{ path: key.split('.'), tighter, ...(holds === undefined ? {} : { fallback: holds }), unit: kind === 'bytes' ? 'bytes' : 'duration', adds: list === 'add' }];
  }),
  ...Object.entries(SECTIONS).map(([path, { tighter, fallback, replaces }]): SettingKey => ({ path: path.split('.'), tighter, ...(fallback === undefined ? {} : { fallback }), unit: 'duration', adds: replaces !== true })),
];

/** What an organisation's file cannot say: its digest does not cover what these lead to. */
export const NOT_SHARED: readonly (readonly string[])[] = [['extends'], ['rules', 'files'], ['ledger']];
