/** Why a repository could not be fetched. `failed` may succeed later. */
export class CloneError extends Error {
  readonly reason: 'failed' | 'too-large';

  constructor(reason: CloneError['reason'], message: string) {
    super(message);
    this.name = 'CloneError';
    this.reason = reason;
  }
}
