/** A policy under a name, which a configuration starts from: `policy: { pack: strict }`. */
export interface Pack {
  readonly id: string;
  readonly title: string;
  /** For whom it is, and what it takes to keep to it. */
  readonly rationale: string;
  /** As `policy:` has it: by check, `false`, or parameters and severity that differ from the check's defaults. Checks that are not named are on. */
  readonly settings: Readonly<Record<string, false | Readonly<Record<string, unknown>>>>;
}
