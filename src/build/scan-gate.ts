import { readFile } from 'node:fs/promises';
import { ASSETS } from '../assets.ts';
import { compileTables } from '../detect/engine/tables.ts';
import { Scanner } from '../detect/index.ts';
import type { Blob, Rule } from '../model/index.ts';
import { pathOfSamples, sampleOf } from '../rules/index.ts';

/** How often a near miss is repeated: several buffers of the engine, so that windows join across them. */
const TIMES = 100_000;
/** Milliseconds of the processor for a megabyte of the worst text. What is worse than linear takes minutes. */
const MAX_MS_PER_MB = 6000;
/** Below this, growth is not asked for. */
const PLAIN_MS_PER_MB = 1500;
/** Of a doubled text: twice, with room for what else the machine does. */
const MAX_GROWTH = 3;

/** Of one rule in the engine of a scan: the slowest of its hostile texts, and whether time grew with the text alone. */
export interface ScanGate {
  readonly isLinear: boolean;
  /** Milliseconds of the processor for a megabyte. */
  readonly msPerMb: number;
  /** Which text it was. */
  readonly text: string;
}

/** Runs a rule alone over its near misses and cut-off examples, each 100,000 times in a row. Needs the built prefilter. */
export async function scanGate(rule: Rule): Promise<ScanGate> {
  const module = new WebAssembly.Module(await readFile(ASSETS.prefilter));
  const scanner = new Scanner(module, [rule], compileTables([rule]));
  const path = pathOfSamples(rule) ?? 'a.txt';
  let worst: ScanGate = { isLinear: true, msPerMb: 0, text: '' };
  for (const [text, piece] of piecesOf(rule)) {
    const whole = await milliseconds(scanner, piece, TIMES, path);
    const msPerMb = whole / ((piece.length * TIMES) / 1_000_000);
    const isLinear = msPerMb <= PLAIN_MS_PER_MB || (msPerMb <= MAX_MS_PER_MB && whole <= MAX_GROWTH * (await milliseconds(scanner, piece, TIMES / 2, path)));
    if (!isLinear) return { isLinear, msPerMb, text };
    if (msPerMb > worst.msPerMb) worst = { isLinear, msPerMb, text };
  }
  return worst;
}

/** Every near miss, and the first example without its last characters: as close to a match as text can be. */
function piecesOf(rule: Rule): readonly (readonly [string, Buffer])[] {
  const cut = rule.examples.slice(0, 1).map((sample): readonly [string, Buffer] => {
    const { text, start, token } = sampleOf(rule.id, sample);
    return ['example 1, cut off', Buffer.from(text.slice(0, start + Math.max(1, token.length - 2)))];
  });
  return [...rule.nearMisses.map((sample, index): readonly [string, Buffer] => [`near miss ${index + 1}`, Buffer.from(`${sampleOf(rule.id, sample).text}\n`)]), ...cut];
}

/** Time of the processor, not of the clock: a busy machine must not fail a rule. */
async function milliseconds(scanner: Scanner, piece: Buffer, times: number, path: string): Promise<number> {
  const before = process.cpuUsage();
  await scanner.scan(repeated(piece, times, path));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The piece over and over, without ever being in memory as a whole. */
function repeated(piece: Buffer, times: number, path: string): Blob {
  const total = piece.length * times;
  let at = 0;
  return {
    origin: { kind: 'file', path },
    read(target) {
      const length = Math.min(target.length, total - at);
      for (let filled = 0; filled < length; ) {
        const from = (at + filled) % piece.length;
        const part = piece.subarray(from, Math.min(piece.length, from + length - filled));
        target.set(part, filled);
        filled += part.length;
      }
      at += length;
      return length;
    },
  };
}
