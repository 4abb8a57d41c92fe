import type { ConsumerPlace, Held, Secret } from '../../model/index.ts';
import { fillTemplate, readTemplate, templateParts } from './template.ts';
import type { RotateDeps, RotationSpec } from './types.ts';

/** The parts of a credential that a place holds. */
export function partsAt({ part, template }: ConsumerPlace): readonly string[] {
  return template === undefined ? [part] : templateParts(template);
}

/** The parts in what a place holds; undefined where it has another form than its template. */
export function partsIn({ part, template }: ConsumerPlace, secret: Secret): ReadonlyMap<string, string> | undefined {
  return template === undefined ? new Map([[part, secret.reveal()]]) : readTemplate(template, secret.reveal());
}

/** What a place is to hold; undefined where a part is not known. */
export function textAt({ part, template }: ConsumerPlace, valueOf: (part: string) => string | undefined): string | undefined {
  return template === undefined ? valueOf(part) : fillTemplate(template, valueOf);
}

/** Whether a place holds the parts of this credential, in whatever spelling its template allows. */
export function holdsParts(place: ConsumerPlace, held: Held, valueOf: (part: string) => string | undefined): boolean {
  if (held.status !== 'holds') return false;
  const found = partsIn(place, held.secret);
  return found !== undefined && [...found].every(([part, value]) => value === valueOf(part));
}

/** Places that take their values in one write, in the order of the list. */
export function holdersOf(places: readonly ConsumerPlace[], { consumers }: Pick<RotateDeps, 'consumers'>): readonly (readonly ConsumerPlace[])[] {
  const holders = new Map<string, ConsumerPlace[]>();
  for (const place of places) {
    const id = consumers.holder(place);
    const known = holders.get(id);
    if (known === undefined) holders.set(id, [place]);
    else known.push(place);
  }
  return [...holders.values()];
}

/**
 * A place whose users would for a moment, or after a failure for longer, have the id of one credential and the secret of another:
 * it takes not all parts in one write. Undefined where there is none.
 */
export function tornPlace(spec: Pick<RotationSpec, 'consumers'>, deps: Pick<RotateDeps, 'consumers'>): { readonly place: ConsumerPlace; readonly missing: string } | undefined {
  const parts = [...new Set(spec.consumers.flatMap(partsAt))];
  for (const holder of holdersOf(spec.consumers, deps)) {
    const here = new Set(holder.flatMap(partsAt));
    const [place] = holder;
    const missing = parts.find((part) => !here.has(part));
    if (place !== undefined && missing !== undefined) return { place, missing };
  }
  return undefined;
}
