import { endOfDay } from '../lib/day.ts';
import type { Finding } from '../model/index.ts';
import { isSame, keyOf, shownWaiver, type WaiverEntry, type WrittenWaiver } from './entry.ts';
import { whyVoid } from './verdict.ts';

/** Entries of waiver files, by `keyOf`. */
export interface WaiverBook {
  /** Those that may hold: of the base commit where there is one. */
  readonly trusted: ReadonlyMap<string, WaiverEntry>;
  /** Those that are only asked for: of the head. */
  readonly asked: ReadonlyMap<string, WaiverEntry>;
  /** Where trusted ones come from, for people: `the base commit 1a2b3c4d5e6f`. */
  readonly base?: string;
}

export const EMPTY_BOOK: WaiverBook = { trusted: new Map(), asked: new Map() };

export function bookOf(trusted: readonly WaiverEntry[], asked: readonly WaiverEntry[] = [], base?: string): WaiverBook {
  const byKey = (entries: readonly WaiverEntry[]): ReadonlyMap<string, WaiverEntry> => new Map(entries.map((entry) => [keyOf(entry), entry]));
  return { trusted: byKey(trusted), asked: byKey(asked), ...(base === undefined ? {} : { base }) };
}

/** The finding, waived if an entry of the file covers it; else with what the entry that names it lacks. */
export function applyBook(finding: Finding, book: WaiverBook, now: Date): Finding {
  const key = keyOf({ fingerprint: finding.credential.fingerprint, rule: finding.credential.rule.id });
  const trusted = book.trusted.get(key);
  const asked = book.asked.get(key);
  const standing = trusted === undefined ? undefined : standingOf(trusted, finding, now);
  if (trusted !== undefined && standing === undefined) return waived(finding, trusted, 'file');
  if (asked !== undefined && (trusted === undefined || !isSame(asked, trusted))) {
    const why = standingOf(asked, finding, now)?.why ?? `it is not at ${book.base ?? 'the base commit'}; it counts once it was merged there`;
    return { ...finding, idleWaiver: { ...shownWaiver(asked, 'file'), state: 'requested', why } };
  }
  return trusted === undefined || standing === undefined ? finding : { ...finding, idleWaiver: { ...shownWaiver(trusted, 'file'), ...standing } };
}

export interface Lack {
  readonly state: 'requested' | 'expired' | 'void';
  readonly why: string;
}

/** Why a waiver that is where it should be does not hold; undefined if it does. */
export function standingOf(waiver: WrittenWaiver, finding: Finding, now: Date): Lack | undefined {
  const end = endOfDay(waiver.expires);
  if (end === undefined || end.getTime() < now.getTime()) return { state: 'expired', why: `it expired on ${waiver.expires}` };
  if (waiver.kind === 'false-positive' && waiver.approvedBy === undefined) return { state: 'requested', why: 'nobody has approved that this is a false positive; somebody other than its requester puts their name into approved-by' };
  const why = whyVoid(waiver, finding);
  return why === undefined ? undefined : { state: 'void', why };
}

export function waived(finding: Finding, waiver: WrittenWaiver, source: 'file' | 'inline'): Finding {
  const { idleWaiver: _idle, ...rest } = finding;
  return { ...rest, waiver: shownWaiver(waiver, source), failing: false };
}
