import type { Secret } from '../model/index.ts';

/** The header by which git fetches with a workflow's token, as `actions/checkout` writes it. */
export function gitHeader(token: Secret): string {
  return `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token.reveal()}`, 'utf8').toString('base64')}`;
}
