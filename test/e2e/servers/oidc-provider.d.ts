/** The package ships no types; this is the little of it that the test server uses. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    registerGrantType(name: string, handler: (context: Context) => Promise<void>, parameters: readonly string[], repeatable: readonly string[]): void;
    readonly ClientCredentials: TokenKind;
  }

  interface Context {
    readonly oidc: { readonly client: unknown; readonly params: Readonly<Record<string, string | undefined>> };
    body: unknown;
  }

  interface TokenKind {
    new (options: Readonly<Record<string, unknown>>): { readonly expiration: number; readonly save: () => Promise<string> };
    find(value: string): Promise<{ readonly scope?: string; readonly isValid: boolean; readonly remainingTTL: number } | undefined>;
  }

  export const errors: { readonly InvalidGrant: new (detail: string) => Error; readonly InvalidScope: new (detail: string, scope: string) => Error };

}
