import type { Credential, Introspection, Secret } from '../../model/index.ts';
import { partsAt } from './holders.ts';
import type { RotationState } from './state.ts';
import type { RotateDeps, RotateOptions, Rotated, RotationSpec, Slot } from './types.ts';

/** One round of a rotation, as its phases pass it on. */
export interface Round {
  readonly spec: RotationSpec;
  readonly state: RotationState;
  readonly deps: RotateDeps;
  readonly options: RotateOptions;
  /** The consumers got the replacement in this run. */
  readonly isFresh: boolean;
}

/** A phase ends with a further state, or with what is told. */
export type Phase = (round: Round) => Promise<{ readonly state: RotationState } | { readonly result: Rotated }>;

/** Waits before each question about a credential that changed. Milliseconds. */
const DELAYS_MS: readonly number[] = [0, 1000, 2000, 5000];

/** Writes an event of this round. */
export function write({ spec, state, deps }: Pick<Round, 'spec' | 'state' | 'deps'>, event: string, detail: Readonly<Record<string, unknown>> = {}): void {
  deps.ledger(`rotate.${event}`, { rotation: spec.name, round: state.id, ...detail });
}

export function waiting(detail: string, until?: Date): { readonly result: Rotated } {
  return { result: { status: 'waiting', detail, ...(until === undefined ? {} : { until }) } };
}

export function refused(detail: string): { readonly result: Rotated } {
  return { result: { status: 'refused', detail } };
}

/** The names of parts beside the secret, for which the issuer's id of the credential stands. */
export function partsBeside({ consumers }: RotationSpec): readonly string[] {
  return [...new Set(consumers.flatMap(partsAt).filter((part) => part !== 'secret'))];
}

/** The parts of the old or the new credential of a round: the secret, and the issuer's id for every other. */
export function partOf(secret: Secret, tokenId: string | undefined): (part: string) => string | undefined {
  return (part) => (part === 'secret' ? secret.reveal() : tokenId);
}

/** The old or the new credential of a round; undefined when what was kept of it does not open any more. */
export function credentialOf({ spec, state, deps }: Round, slot: Slot): Credential | undefined {
  const secret = deps.vault.kept(state.id, slot);
  const { tokenId } = slot === 'old' ? state.old : (state.issued ?? {});
  return secret === undefined ? undefined : assembled(spec, secret, tokenId, deps);
}

export function assembled(spec: RotationSpec, secret: Secret, tokenId: string | undefined, deps: Pick<RotateDeps, 'credential' | 'makeSecret'>): Credential {
  return deps.credential(secret, tokenId === undefined ? {} : Object.fromEntries(partsBeside(spec).map((part) => [part, deps.makeSecret(tokenId)])));
}

/** Asks until the answer is the wanted one, or no delay is left; the last answer. */
export async function askFor(wanted: 'active' | 'inactive', credential: Credential, { deps }: Pick<Round, 'deps'>): Promise<Introspection> {
  let answer = await deps.issuer.ask(credential);
  for (const delay of DELAYS_MS.slice(1)) {
    if (answer.status === wanted || answer.status === 'notAttempted') break;
    await deps.sleep(delay);
    answer = await deps.issuer.ask(credential);
  }
  return answer;
}

export function told(answer: Introspection): string {
  return answer.status === 'active' ? 'active' : answer.status === 'inactive' ? `inactive: ${answer.reason}` : `${answer.status}: ${answer.detail}`;
}
