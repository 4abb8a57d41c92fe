import type { Subject } from '../../model/index.ts';

/** The value of another part of the credential, by its name in the rule; undefined when it was not found beside it. */
export function companionOf({ companions }: Subject, name: string): string | undefined {
  return companions.find((companion) => companion.name === name)?.secret.reveal();
}

/** For `particular`: an operation that cannot do without the named parts. */
export function needsCompanions(subject: Subject, ...names: readonly string[]): { readonly impossible?: { readonly why: 'missing-companion'; readonly detail: string } } {
  const missing = names.filter((name) => companionOf(subject, name) === undefined);
  return missing.length === 0 ? {} : { impossible: { why: 'missing-companion', detail: `its other part (${missing.join(', ')}) was not found near it` } };
}
