import { keepAtRef, linesAtRef } from '../assemble/index.ts';
import { LEDGER_HEADS } from '../inventory/index.ts';
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
  else if (place.kind === 'postgresql') await LEDGER_HEADS.keep(urlOf(place, io, 'ANCHOR_FAILED'), place.ledger, head);
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
      if (place.kind === 'postgresql') return { place: name, heads: await LEDGER_HEADS.read(urlOf(place, io, 'ANCHOR_UNREADABLE'), place.ledger), foreign: 0 };
      const lines = await linesAtRef(place, gitVariables(io.env));
      return lines === undefined ? { place: name, heads: [], foreign: 0 } : readAnchors(name, lines);
    }),
  );
}

/** The database's address; it holds a password, so that no message repeats it. */
function urlOf({ urlEnv }: Extract<AnchorPlace, { readonly kind: 'postgresql' }>, { env }: Io, code: string): string {
  const url = env[urlEnv];
  if (url === undefined || url === '') throw new WardenError(code, `the environment variable ${urlEnv}, which ledger.anchors names, is not set`, { hint: 'it holds postgres://USER:PASSWORD@HOST/DATABASE' });
  return url;
}

export function placeName(place: AnchorPlace): string {
  if (place.kind === 'postgresql') return `PostgreSQL (${place.urlEnv}), ledger ${place.ledger}`;
  return place.kind === 'file' ? place.path : `${place.repository} ${place.ref}`;
}
