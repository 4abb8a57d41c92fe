import { keepAtRef, linesAtRef } from '../assemble/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type AnchorPlace } from '../model/index.ts';
import { anchorInFile, headsInFile, readAnchors, writeAnchor, type AnchorHeads, type Ledger } from '../respond/ledger/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Io } from './io.ts';
import { gitVariables } from './pipeline.ts';

/** Every place that keeps heads: those of the configuration, and the one that was named. */
export function anchorPlaces({ anchors, values }: Pick<Settings, 'anchors' | 'values'>): readonly AnchorPlace[] {
  return [...anchors, ...(values.anchorFile === undefined ? [] : [{ kind: 'file', path: values.anchorFile } as const])];
}

/** Keeps the head at one place. Throws `ANCHOR_FAILED`. */
export async function anchorAt(place: AnchorPlace, { seq, hash }: ReturnType<Ledger['head']>, io: Io): Promise<void> {
  const head = { seq, hash, at: io.now().toISOString() };
  if (place.kind === 'file') anchorInFile(place.path, head);
  else await keepAtRef(place, writeAnchor(head), gitVariables(io.env));
}

/** After a run that changed something: a place that cannot be reached is told, and the next run keeps a later head there. */
export async function anchorAll(ledger: Pick<Ledger, 'head'>, settings: Settings, io: Io, say: (text: string) => void): Promise<void> {
  for (const place of anchorPlaces(settings)) {
    try {
      await anchorAt(place, ledger.head(), io);
    } catch (error) {
      if (!(error instanceof WardenError)) throw error;
      say(`warning: ${printable(error.message)} [${error.code}]\n`);
    }
  }
}

/** What each place keeps; one that keeps nothing yet has no heads. */
export async function anchoredHeads(places: readonly AnchorPlace[], io: Io): Promise<readonly AnchorHeads[]> {
  return Promise.all(
    places.map(async (place) => {
      const name = placeName(place);
      if (place.kind === 'file') return headsInFile(place.path) ?? { place: name, heads: [], foreign: 0 };
      const lines = await linesAtRef(place, gitVariables(io.env));
      return lines === undefined ? { place: name, heads: [], foreign: 0 } : readAnchors(name, lines);
    }),
  );
}

export function placeName(place: AnchorPlace): string {
  return place.kind === 'file' ? place.path : `${place.repository} ${place.ref}`;
}
