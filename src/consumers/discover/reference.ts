/** Something in a repository that takes a secret from somewhere by its name. */
export interface Reference {
  /** Who holds it: a consumer's id, or `environment` where only the name of a variable is told. */
  readonly holder: 'github-actions' | 'kubernetes' | 'compose' | 'vault-kv' | 'aws-secrets-manager' | 'gitlab-ci' | 'environment';
  /** Its name there. `*`: all that the holder has under `within`. */
  readonly name: string;
  /** The Secret, path or file around the name, where there is one. */
  readonly within?: string;
  /** 1-based. */
  readonly line: number;
}

/** What one file tells. `unread` says what it may hold beside: unknown is not none. */
export interface Told {
  readonly references: readonly Reference[];
  readonly unread?: string;
}

/** Longer lines are data. */
export const MAX_LINE = 4000;

/** Lines with their numbers, without those that are data. */
export function linesOf(text: string): readonly { readonly line: number; readonly text: string }[] {
  return text.split('\n').map((part, index) => ({ line: index + 1, text: part })).filter((one) => one.text.length <= MAX_LINE);
}
