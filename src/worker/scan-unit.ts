/** How one unit is scanned: `sources` opens it, and a file is read straight into the memory of `detect`'s scanner. */
import type { Scanner } from '../detect/index.ts';
import { pathOf, pickOf, SkipError, STAMP_NUMBERS, type Blob, type CoverageEvent, type Origin, type ScanOutput, type SourceOptions, type Unit } from '../model/index.ts';
import { readPlainFile, readUnit } from '../sources/index.ts';
import { Lesson } from './lesson.ts';
import type { Pulse } from './pulse.ts';
import { joined, summed, type UnitResult } from './unit-result.ts';

export interface UnitRequest {
  readonly unit: Unit;
  readonly options: SourceOptions;
  /** Ids of the only rules that need to be tried, as the others found nothing in these very things before. */
  readonly only?: readonly string[];
  /** Whether to tell what was learned, for a cache. */
  readonly learn?: boolean;
}

type Files = Extract<Unit, { readonly kind: 'files' }>;

/** Never throws for what lies in the unit: trouble becomes a skip. */
export async function scanWith(scanner: Scanner, { unit, options, learn }: UnitRequest, pulse: Pulse | undefined): Promise<UnitResult> {
  const unitScan = new UnitScan(scanner, options, pulse);
  const lesson = learn === true ? new Lesson(unit, unitScan.events, unitScan.outputs) : undefined;
  if (unit.kind === 'files') await unitScan.files(unit, lesson);
  else await unitScan.blobs(unit, lesson?.ended);
  return { ...joined(unitScan.outputs), events: summed(unitScan.events), ...(lesson === undefined ? {} : { learned: lesson.learned }) };
}

class UnitScan {
  readonly events: CoverageEvent[] = [];
  /** With matches only. */
  readonly outputs: ScanOutput[] = [];
  readonly #scanner: Scanner;
  readonly #options: SourceOptions;
  readonly #pulse: Pulse | undefined;

  constructor(scanner: Scanner, options: SourceOptions, pulse: Pulse | undefined) {
    this.#scanner = scanner;
    this.#options = options;
    this.#pulse = pulse;
  }

  /** Nearly all files are scanned without a promise; any other is gone through as a unit of its own. */
  async files(unit: Files, lesson: Lesson | undefined): Promise<void> {
    const { paths, stamps } = unit;
    let files = 0;
    let bytes = 0;
    for (let index = 0; index < paths.length; index += 1) {
      const stamp = lesson === undefined ? undefined : stamps?.subarray(index * STAMP_NUMBERS, (index + 1) * STAMP_NUMBERS);
      const count = this.#plain(unit, paths[index] as string, stamp);
      if (count === -1) await this.blobs(pickOf(unit, [index]), lesson === undefined ? undefined : (_, steady) => lesson.ended(index, steady));
      else if (lesson === undefined) {
        files += 1;
        bytes += count;
      } else {
        this.events.push({ type: 'scanned', counts: { files: 1, bytes: count } });
        lesson.ended(index, stamp !== undefined);
      }
    }
    if (files > 0) this.events.push({ type: 'scanned', counts: { files, bytes } });
  }

  /** The bytes of a file that could be scanned in one go; -1: it has to be gone through. */
  #plain(unit: Files, path: string, stamp: Float64Array | undefined): number {
    const count = readPlainFile(unit, path, this.#scanner.buffer, this.#options, stamp);
    if (count === -1) return -1;
    this.#filled({ kind: 'file', path }, count);
    return count;
  }

  async blobs(unit: Unit, ended: Lesson['ended'] | undefined): Promise<void> {
    const plain = { buffer: this.#scanner.buffer, take: (origin: Origin, length: number) => this.#filled(origin, length) };
    for await (const blob of readUnit(unit, this.#options, (event) => void this.events.push(event), ended, plain)) await this.#blob(blob);
  }

  /** What lies in the scanner's buffer. */
  #filled(origin: Origin, length: number): void {
    this.#pulse?.computes();
    try {
      const output = this.#scanner.scanFilled(origin, length);
      if (output.matches.length > 0) this.outputs.push(output);
      if (output.decodeBudgetSpent) this.#budgetSpent(pathOf(origin));
    } finally {
      this.#pulse?.waits();
    }
  }

  async #blob(blob: Blob): Promise<void> {
    try {
      const output = await this.#scanner.scan(this.#pulse === undefined ? blob : this.#pulse.over(blob));
      if (output.matches.length > 0) this.outputs.push(output);
      if (output.decodeBudgetSpent) this.#budgetSpent(pathOf(blob.origin));
    } catch (error) {
      if (!(error instanceof SkipError)) throw error;
      this.events.push({ type: 'skipped', skip: error.skip });
    } finally {
      this.#pulse?.waits();
      await blob.close?.();
    }
  }

  #budgetSpent(what: string): void {
    this.events.push({ type: 'skipped', skip: { what, reason: 'decode-budget', detail: 'encoded text in it was not all decoded' } });
  }
}
