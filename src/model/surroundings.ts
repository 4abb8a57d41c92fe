/**
 * What a check may know beside the credential and its issuer's answer: neighbours, history, repository, configuration. It is
 * gathered before anything is judged, so that judging stays pure. An absent field means that nobody looked, never "no".
 */
export interface Surroundings {
  /** One for each occurrence of the credential, in the same order. */
  readonly places?: readonly PlaceFacts[];
  /** Since when the inventory knows it; `this-run` where the inventory was asked and had never seen it. */
  readonly firstSeenAt?: Date | 'this-run';
  /** When its issuer last said, before this run, that it is active or inactive; `never` where the inventory remembers no such answer. */
  readonly lastAnswerAt?: Date | 'never';
  /** The scopes that earlier runs knew and nobody has confirmed since; `none` where there is no record with scopes. */
  readonly recordedScopes?: RecordedScopes | 'none';
  /** Absent: nobody knows what was before. */
  readonly earlierUse?: EarlierAnswer;
  /** The last word of its owner; `none` where nobody ever confirmed it. */
  readonly attestation?: Attestation | 'none';
  /** The entry of `tokens:` that speaks of it; `undeclared` where none does. Absent: the configuration declares no tokens. */
  readonly declaration?: DeclaredToken | 'undeclared';
  /** Secrets that workflows take by name, of the trees in which it lies. Absent: they take none, or nobody looked. */
  readonly workflowSecrets?: readonly WorkflowSecret[];
  /** Set by `audit --promote`: what is promoted, and where to. */
  readonly promotion?: Promotion;
}

/** `secrets.NAME` in a workflow. What it holds nobody knows; its name tells what for. */
export interface WorkflowSecret {
  readonly name: string;
  /** Of the workflow, below the target. */
  readonly path: string;
  readonly line: number;
}

export interface PlaceFacts {
  /** Name of the environment whose paths the place belongs to; `none` where it belongs to no known one. */
  readonly environment?: string;
  /** Who answers for the place. No names: sources were read, and none speaks of it. */
  readonly owners?: PlaceOwners;
  /** Branch whose tree the place lies in; absent for history and what is no repository. */
  readonly branch?: string;
  /** On which side of a promotion it lies. */
  readonly side?: 'from' | 'to';
}

export interface PlaceOwners {
  readonly names: readonly string[];
  readonly from: 'codeowners' | 'configuration' | 'nowhere';
  /** `CODEOWNERS:12` or `tokenwarden.yml`: the line that decided, or the sources that were read. */
  readonly source: string;
}

export interface RecordedScopes {
  readonly scopes: readonly string[];
  /** When they were recorded. */
  readonly at: Date;
}

/** An owner's word that a token is still needed, for what, and what it may do. */
export interface Attestation {
  readonly owner: string;
  readonly purpose: string;
  /** What the owner confirmed that it may do; absent where nobody knew its scopes then. */
  readonly scopes?: readonly string[];
  readonly at: Date;
  /** Who wrote it down. */
  readonly by: string;
  /** The word is that it was revoked by hand, and not that it is needed. */
  readonly revoked?: true;
}

/** One entry of `tokens:`: a token that may exist. What it does not say is not limited. */
export interface DeclaredToken {
  readonly purpose: string;
  readonly owner: string;
  readonly scopes?: readonly string[];
  readonly environments?: readonly string[];
  /** Who it stands for: a person's own token, or one that machines use. */
  readonly use?: 'personal' | 'automation';
  /** For people: `tokens[2]`. */
  readonly place: string;
}

export interface Promotion {
  readonly from: string;
  readonly to: string;
}

/** Paths of each environment, `.gitignore` syntax, in the order in which they are tried. */
export type Environments = Readonly<Record<string, readonly string[]>>;

/** One entry of `owners:`; what it does not name it does not ask for. The last that fits decides, before any CODEOWNERS file. */
export interface OwnerEntry {
  readonly path?: string;
  readonly rule?: string;
  readonly issuer?: string;
  readonly owner: string;
}

/** One entry of `tokens:` as it is written: which token it means, and what is permitted of it. */
export interface TokenEntry extends Omit<DeclaredToken, 'place'> {
  readonly fingerprint?: string;
  /** The issuer's own id of the token. */
  readonly tokenId?: string;
  /** Its name at the issuer. */
  readonly name?: string;
  /** Whom it acts as at the issuer (`sub`). */
  readonly identity?: string;
  readonly rule?: string;
  readonly issuer?: string;
}

/** What the inventory remembers of one finding, for judging. */
export interface RememberedToken {
  readonly firstSeenAt: Date;
  /** When its issuer last said that it is active or inactive. */
  readonly lastAnswerAt?: Date;
  readonly recordedScopes?: RecordedScopes;
  readonly attestation?: Attestation;
  /** Absent where no run knew of a use. */
  readonly earlierUse?: EarlierAnswer;
}

/** What the last answer before this run said of the token's use: our own question counts as one at its issuer. */
export interface EarlierAnswer {
  readonly askedAt: Date;
  readonly said?: Date | 'never';
  /** The last use that was not our own question, as far as earlier runs know. */
  readonly genuine?: Date | 'never';
}
