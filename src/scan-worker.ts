/**
 * The worker-thread half of the pipeline, and the only file beside `audit.ts` that knows two stages: it opens a unit
 * with `sources` and gives its blobs to `detect`, so that a file is read straight into the scanner's memory.
 */
import { readFile } from 'node:fs/promises';
import { ASSETS } from './assets.ts';
import { readTables, Scanner } from './detect/index.ts';
import { pathOf, SkipError, type CoverageEvent, type RawMatch, type ScanOutput, type SourceOptions, type Unit } from './model/index.ts';
import type { Catalogue } from './rules/catalogue.ts';
import { readUnit } from './sources/index.ts';

export interface UnitRequest {
  readonly unit: Unit;
  readonly options: SourceOptions;
}

export interface UnitResult extends ScanOutput {
  readonly events: readonly CoverageEvent[];
}

let scanner: Promise<Scanner> | undefined;

/** Scans one unit. Never throws for what lies in the unit: trouble becomes a skip. */
export async function scanUnit(request: UnitRequest): Promise<UnitResult> {
  scanner ??= createScanner();
  return scanUnitWith(await scanner, request);
}

async function createScanner(): Promise<Scanner> {
  const [catalogue, tables, wasm] = await Promise.all([readFile(ASSETS.catalogue, 'utf8'), readFile(ASSETS.tables, 'utf8'), readFile(ASSETS.prefilter)]);
  const { rules } = JSON.parse(catalogue) as Catalogue;
  return new Scanner(new WebAssembly.Module(wasm), rules, readTables(tables));
}

async function scanUnitWith(engine: Scanner, { unit, options }: UnitRequest): Promise<UnitResult> {
  const events: CoverageEvent[] = [];
  const outputs: ScanOutput[] = [];
  for await (const blob of readUnit(unit, options, (event) => void events.push(event))) {
    try {
      const output = await engine.scan(blob);
      if (output.matches.length > 0) outputs.push(output);
      if (output.decodeBudgetSpent) events.push({ type: 'skipped', skip: { what: pathOf(blob.origin), reason: 'decode-budget', detail: 'encoded text in it was not all decoded' } });
    } catch (error) {
      if (!(error instanceof SkipError)) throw error;
      events.push({ type: 'skipped', skip: error.skip });
    } finally {
      await blob.close?.();
    }
  }
  return { ...join(outputs), events };
}

/** One buffer of plaintext for all blobs of a unit. */
function join(outputs: readonly ScanOutput[]): ScanOutput {
  const secrets = new Uint8Array(outputs.reduce((sum, output) => sum + output.secrets.length, 0));
  const matches: RawMatch[] = [];
  let base = 0;
  for (const output of outputs) {
    secrets.set(output.secrets, base);
    for (const match of output.matches) {
      matches.push({
        ...match,
        secret: { offset: match.secret.offset + base, length: match.secret.length },
        companions: match.companions.map((part) => ({ ...part, secret: { offset: part.secret.offset + base, length: part.secret.length } })),
      });
    }
    base += output.secrets.length;
  }
  return { matches, secrets };
}
