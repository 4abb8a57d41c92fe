/**
 * An error for people: what is wrong, where, what was expected or what to do. Shells print it and exit 2.
 * `code` is stable, for example `CONFIG_UNKNOWN_KEY`. Never holds a secret.
 */
export class WardenError extends Error {
  readonly code: string;
  readonly hint?: string;
  constructor(code: string, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'WardenError';
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}
