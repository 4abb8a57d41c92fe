import type { AuditRecord } from '../../model/index.ts';

/** How far a rotation came, as its ledger says. Holds no secret. */
export interface RotationState {
  /** Of this round; a new one begins when the last has ended. */
  readonly id: string;
  readonly old: { readonly tokenId?: string };
  readonly scopes?: readonly string[];
  /** A replacement was asked for and nothing is known of the answer. */
  readonly isAsked: boolean;
  readonly issued?: { readonly tokenId?: string };
  readonly isChecked: boolean;
  /** Places that have the new one, by their number. */
  readonly stored: ReadonlySet<number>;
  /** When the last place had it. */
  readonly confirmedAt?: Date;
  readonly quietAt?: Date;
  /** The old one was about to be switched off. */
  readonly isDeactivating: boolean;
  readonly deactivatedAt?: Date;
  readonly isDeleting: boolean;
  /** When the old one was asked about: the issuer may count that as a use. */
  readonly askedAt: readonly Date[];
}

/** Folds a ledger; undefined where no round of this name is open. */
export async function stateOf(name: string, records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>): Promise<RotationState | undefined> {
  let state: RotationState | undefined;
  for await (const record of records) {
    if (record.detail['rotation'] === name) state = next(state, record);
  }
  return state;
}

function next(state: RotationState | undefined, { event, at, detail }: AuditRecord): RotationState | undefined {
  const when = new Date(at);
  const tokenId = typeof detail['tokenId'] === 'string' ? { tokenId: detail['tokenId'] } : {};
  if (event === 'rotate.started') {
    return { id: String(detail['round']), old: tokenId, ...(Array.isArray(detail['scopes']) ? { scopes: detail['scopes'].map(String) } : {}), isAsked: false, isChecked: false, stored: new Set(), isDeactivating: false, isDeleting: false, askedAt: [when] };
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
      return { ...state, isChecked: true };
    case 'rotate.stored':
      return { ...state, stored: new Set([...state.stored, Number(detail['consumer'])]) };
    case 'rotate.confirmed':
      return { ...state, confirmedAt: when };
    case 'rotate.asked':
      return { ...state, askedAt: [...state.askedAt, when] };
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
