import type { Skip } from './coverage.ts';
import type { Origin } from './location.ts';
import type { ByteSpan, RawMatch } from './raw-match.ts';
import { nameOfObject, STAMP_NUMBERS, type CoverageEvent, type Unit } from './source.ts';

/** A match as a cache may keep it: where its bytes are, and never what they are. */
export interface StoredMatch extends Omit<RawMatch, 'origin' | 'secret' | 'span' | 'companions'> {
  readonly span: ByteSpan;
  readonly companions: readonly (Omit<RawMatch['companions'][number], 'secret' | 'span'> & { readonly span: ByteSpan })[];
}

/** What became of a file or object, in one byte; 0: nothing that may be remembered. */
export type ItemState = 0 | 1 | 2 | 3;

/** What a scan learned of the files or objects of one unit. Plain data without plaintext; see `src/cache`. */
export interface Learned {
  readonly unit: Unit;
  /** One for each path or object. */
  readonly states: Uint8Array;
  /** By place in the unit; those not named have no match. */
  readonly matches: readonly { readonly index: number; readonly matches: readonly StoredMatch[] }[];
}

/** One path or object of a unit, as coverage tells of it. */
export interface Item {
  readonly what: string;
  readonly bytes: number;
  readonly counts: 'files' | 'blobs' | 'commits';
}

/** The item at that place. Undefined for units of things that have no name of their own, and files whose size is not known. */
export function itemAt(unit: Unit, index: number): Item | undefined {
  if (unit.kind === 'files') {
    const [what, bytes] = [unit.paths[index], unit.stamps?.[index * STAMP_NUMBERS + 2]];
    return what === undefined || bytes === undefined ? undefined : { what, bytes, counts: 'files' };
  }
  const object = unit.kind === 'objects' ? unit.objects[index] : undefined;
  return object === undefined ? undefined : { what: nameOfObject(object), bytes: object.sizeBytes, counts: object.type === 'commit' ? 'commits' : 'blobs' };
}

/** The state that leads back to exactly these events. */
export function stateOf(item: Item, events: readonly CoverageEvent[]): ItemState {
  const [event] = events;
  if (event === undefined || events.length > 1) return 0;
  const told = JSON.stringify(event);
  return ([1, 2, 3] as const).find((state) => JSON.stringify(eventOf(item, state)) === told) ?? 0;
}

/** What coverage is told of an item in that state. */
export function eventOf({ what, bytes, counts }: Item, state: Exclude<ItemState, 0>): CoverageEvent {
  if (state === 1) return { type: 'scanned', counts: { [counts]: 1, bytes } };
  const skip: Skip = { what, reason: state === 2 ? 'excluded-binary' : 'excluded-archive', bytes };
  return { type: 'skipped', skip };
}

/** The matches of one item as a cache may keep them; undefined if one of them cannot be read again at its place. */
export function storable(matches: readonly RawMatch[]): readonly StoredMatch[] | undefined {
  const stored: StoredMatch[] = [];
  for (const { origin, secret: _secret, span, companions, ...rest } of matches) {
    if (span === undefined || origin.kind === 'member') return undefined;
    const parts = companions.flatMap(({ name, region, span: at }) => (at === undefined ? [] : [{ name, region, span: at }]));
    if (parts.length < companions.length) return undefined;
    stored.push({ ...rest, span, companions: parts });
  }
  return stored;
}

/** The matches of a thing again; their secrets slice the bytes of `spansOf`, one after the other. */
export function restore(unit: Unit, index: number, stored: readonly StoredMatch[]): readonly RawMatch[] {
  const origin = originAt(unit, index);
  if (origin === undefined) return [];
  let offset = 0;
  const slice = ({ start, end }: ByteSpan): RawMatch['secret'] => {
    const at = { offset, length: end - start };
    offset += at.length;
    return at;
  };
  return stored.map(({ companions, ...match }) => ({ ...match, origin, secret: slice(match.span), companions: companions.map((part) => ({ ...part, secret: slice(part.span) })) }));
}

/** Where the secrets of a thing's matches stand: of each match its own, then those of its companions. */
export function spansOf(stored: readonly StoredMatch[]): readonly ByteSpan[] {
  return stored.flatMap(({ span, companions }) => [span, ...companions.map((part) => part.span)]);
}

function originAt(unit: Unit, index: number): Origin | undefined {
  if (unit.kind === 'objects') return unit.objects[index]?.origin;
  const path = unit.kind === 'files' ? unit.paths[index] : undefined;
  if (path === undefined || unit.kind !== 'files') return undefined;
  return unit.log ? { kind: 'log', name: path } : { kind: 'file', path };
}
