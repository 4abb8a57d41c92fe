import type { AuditRecord } from '../../model/index.ts';
import type { EarlierUse } from '../../lib/own-use.ts';

/** How far a rotation came, as its ledger says. Holds no secret. */
export interface RotationState {
  /** Of this round; a new one begins when the last has ended. */
  readonly id: string;
  readonly old: { readonly tokenId?: string };
  readonly scopes?: readonly string[];
  /** Scopes of the old one that policy does not allow: the new one was asked for without them. */
  readonly narrowed: readonly string[];
  /** When places that give nothing back were changed last, by their names, before anything was done. */
  readonly marks: Readonly<Record<string, string>>;
  /** A replacement was asked for and nothing is known of the answer. */
  readonly isAsked: boolean;
  readonly issued?: { readonly tokenId?: string };
  readonly isChecked: boolean;
  /** Places that have the new one, as they are named: the list of the configuration may change meanwhile. */
  readonly stored: ReadonlySet<string>;
  /** Places that may have it: it was being written there. */
  readonly storing: ReadonlySet<string>;
  /** When the new one ends. */
  readonly expiresAt?: Date;
  /** When the last place had it. */
  readonly confirmedAt?: Date;
  readonly quietAt?: Date;
  /** The old one was about to be switched off. */
  readonly isDeactivating: boolean;
  readonly deactivatedAt?: Date;
  readonly isDeleting: boolean;
  /** What was known of the old one's use when it was last asked about: the issuer may count our question as a use. */
  readonly use?: EarlierUse;
}

/** What a ledger knows of a rotation. */
export interface RotationPast {
  /** The round that is under way. */
  readonly open?: RotationState;
  /** The last one that was finished. */
  readonly finished?: { readonly id: string; readonly at: Date; /** When what is held since then ends. */ readonly expiresAt?: Date };
}

/** Folds a ledger. */
export async function stateOf(name: string, records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>): Promise<RotationPast> {
  let open: RotationState | undefined;
  let finished: RotationPast['finished'];
  for await (const record of records) {
    if (record.detail['rotation'] !== name) continue;
    if (record.event === 'rotate.finished') finished = { id: String(record.detail['round']), at: new Date(record.at), ...(open?.expiresAt === undefined ? {} : { expiresAt: open.expiresAt }) };
    open = next(open, record);
  }
  return { ...(open === undefined ? {} : { open }), ...(finished === undefined ? {} : { finished }) };
}

function next(state: RotationState | undefined, { event, at, detail }: AuditRecord): RotationState | undefined {
  const when = new Date(at);
  const tokenId = typeof detail['tokenId'] === 'string' ? { tokenId: detail['tokenId'] } : {};
  if (event === 'rotate.started') {
    return { id: String(detail['round']), old: tokenId, ...(Array.isArray(detail['scopes']) ? { scopes: detail['scopes'].map(String) } : {}), narrowed: Array.isArray(detail['narrowed']) ? detail['narrowed'].map(String) : [], marks: textsIn(detail['marks']), isAsked: false, isChecked: false, stored: new Set(), storing: new Set(), isDeactivating: false, isDeleting: false, use: useIn(detail, when) };
  }
  if (state === undefined || detail['round'] !== state.id) return state;
  switch (event) {
    case 'rotate.intent':
      return { ...state, isAsked: true };
    case 'rotate.issued':
      return { ...state, isAsked: false, issued: tokenId };
    case 'rotate.discarded':
    case 'rotate.refused': {
      const { issued: _gone, ...rest } = state;
      return { ...rest, isAsked: false, isChecked: false };
    }
    case 'rotate.checked':
      return { ...state, isChecked: true, ...(typeof detail['expiresAt'] === 'string' ? { expiresAt: new Date(detail['expiresAt']) } : {}) };
    case 'rotate.storing':
      return { ...state, storing: new Set([...state.storing, String(detail['place'])]) };
    case 'rotate.stored':
      return { ...state, stored: new Set([...state.stored, String(detail['place'])]) };
    case 'rotate.confirmed':
      return { ...state, confirmedAt: when };
    case 'rotate.asked':
      return { ...state, use: useIn(detail, when) };
    case 'rotate.quiet':
      return { ...state, quietAt: when };
    case 'rotate.deactivating':
      return { ...state, isDeactivating: true };
    case 'rotate.deactivated':
      return { ...state, deactivatedAt: when };
    case 'rotate.deleting':
      return { ...state, isDeleting: true };
    case 'rotate.finished':
    case 'rotate.abandoned':
      return undefined;
    default:
      return state;
  }
}

function textsIn(value: unknown): Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)])) : {};
}

function useIn(detail: Readonly<Record<string, unknown>>, askedAt: Date): EarlierUse {
  const read = (value: unknown): Date | 'never' | undefined => (value === 'never' ? 'never' : typeof value === 'string' ? new Date(value) : undefined);
  const [said, genuine] = [read(detail['saidUse']), read(detail['genuineUse'])];
  return { askedAt, ...(said === undefined ? {} : { said }), ...(genuine === undefined ? {} : { genuine }) };
}

/** For `rotate.started` and `rotate.asked`. */
export function useDetail(said: Date | 'never' | undefined, genuine: Date | 'never' | undefined): Readonly<Record<string, string>> {
  const text = (value: Date | 'never'): string => (value === 'never' ? value : value.toISOString());
  return { ...(said === undefined ? {} : { saidUse: text(said) }), ...(genuine === undefined ? {} : { genuineUse: text(genuine) }) };
}
