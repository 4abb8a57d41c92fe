import type { AnchorPlace, SourceOptions } from '../model/index.ts';
import { addToRef, messagesOfRef } from '../sources/index.ts';

type GitPlace = Extract<AnchorPlace, { readonly kind: 'git' }>;

/** Keeps one line at a git ref. Throws `ANCHOR_FAILED`. */
export async function keepAtRef({ repository, ref }: GitPlace, line: string, environment: NonNullable<SourceOptions['environment']>): Promise<void> {
  await addToRef(repository, ref, line, environment);
}

/** The lines that a git ref keeps, oldest first; undefined where there is no such ref. */
export async function linesAtRef({ repository, ref }: GitPlace, environment: NonNullable<SourceOptions['environment']>): Promise<readonly string[] | undefined> {
  return messagesOfRef(repository, ref, environment);
}
