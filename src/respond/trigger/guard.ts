import type { Action, Credential, RespondPolicy } from '../../model/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { textHoldsSecret } from '../../lib/http/secret-forms.ts';
import type { Past } from '../apply/past.ts';

/** Whether a credential is one that this process or its job uses: it stands in one of the texts (environment, login files), in any form. */
export function isInUse({ secret }: Credential, texts: readonly string[]): boolean {
  const plain = secret.reveal();
  return texts.some((text) => textHoldsSecret(text, [plain]));
}

export interface BreakerSetup {
  readonly policy: Pick<RespondPolicy, 'limit'>;
  /** What earlier runs did by themselves. */
  readonly past: Past;
  readonly now: () => Date;
}

export interface Breaker {
  /** Why nothing more may be done without a person; undefined while something may. */
  readonly open: () => string | undefined;
  /** Told of each automatic mutation of this run, before it is sent. */
  readonly count: () => void;
}

/** At most so many automatic actions in so long, over all runs with this ledger; then people are asked. */
export function createBreaker({ policy: { limit }, past, now }: BreakerSetup): Breaker {
  const mine: Date[] = [];
  return {
    open() {
      const since = new Date(now().getTime() - limit.withinMs);
      const count = past.automaticSince(since) + mine.filter((at) => at > since).length;
      return count < limit.actions ? undefined : `the circuit breaker is open: ${count} automatic actions within ${formatDuration(limit.withinMs)}, and respond.limit allows ${limit.actions}`;
    },
    count: () => mine.push(now()),
  };
}

/** For `ApplyDeps.hold`: without a person, only what was decided so, that is not ours, and while the breaker is closed. */
export function holdAutomatic({ decided, breaker, ownTexts }: { readonly decided: (action: Action) => string | undefined; readonly breaker: Breaker; readonly ownTexts: readonly string[] }): (action: Action, credential?: Credential) => string | undefined {
  return (action, credential) => {
    const held = decided(action) ?? breaker.open();
    if (held !== undefined) return held;
    if (credential !== undefined && isInUse(credential, ownTexts)) return 'it is in use by tokenwarden itself, or by the job it runs in';
    return action.through === 'id' ? 'nobody has its secret, so that it cannot be told from our own credentials' : undefined;
  };
}
