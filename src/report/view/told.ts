import type { Confidence, Finding, Location, OfflineFacts, Rule } from '../../model/index.ts';

/** All that people are ever shown of a secret. */
export interface Masked {
  readonly masked: string;
}

/** The words about a rule that reports use. */
export type RuleWords = Pick<Rule, 'id' | 'issuerName' | 'name' | 'tokenType' | 'lifetime' | 'opens' | 'revokeByHand' | 'references'>;

/**
 * A finding as far as it can be told to people: what every view of this folder takes. A `Finding` is one; so is a
 * finding read back from a JSON report, which has no secret at all.
 */
export interface Told extends Pick<Finding, 'id' | 'ruleId' | 'severity' | 'failing' | 'introspection' | 'verdicts' | 'lastKnown' | 'waiver' | 'idleWaiver' | 'removed' | 'alert'> {
  readonly credential: {
    readonly rule: RuleWords;
    readonly issuer: string;
    readonly confidence: Confidence;
    readonly secret: Masked;
    readonly companions: readonly { readonly name: string; readonly secret: Masked }[];
    readonly facts?: OfflineFacts;
    readonly features: Readonly<Record<string, string>>;
    readonly hosts: readonly string[];
    readonly occurrences: readonly Location[];
  };
}
