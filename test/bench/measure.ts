import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is run, from which folder. What it prints goes nowhere; what it exits with does not count, as findings are an exit code. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Before each run, outside of the time. */
  readonly before?: () => void;
}

/** One run. Processor time is user and system time of the process and all children it waited for. */
export interface Run {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** The most that the process and everything it started held at one moment, as sampled. */
  readonly peakBytes: number;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

const SAMPLE_MS = 20;

/** Runs a program once. Linux: it reads `/proc`. */
export async function measure({ command, args, cwd, before }: Program): Promise<Run> {
  before?.();
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const times = join(folder, 'times');
  // The shell's own `times` counts every child that was waited for; the program's output is dropped.
  const script = 'exec 3>"$0"; TIMEFORMAT="%R %U %S"; { time "$@" >/dev/null 2>/dev/null; } 2>&3';
  const child = spawn('bash', ['-c', script, times, command, ...args], { cwd, stdio: 'ignore' });
  let peakBytes = 0;
  const sampler = setInterval(() => void (peakBytes = Math.max(peakBytes, residentBytes(child.pid ?? 0))), SAMPLE_MS);
  await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  clearInterval(sampler);
  const [wall = NaN, user = NaN, system = NaN] = readFileSync(times, 'utf8').trim().split(' ').map(Number);
  rmSync(folder, { recursive: true, force: true });
  return { wallSeconds: wall, cpuSeconds: user + system, peakBytes };
}

/** Each program in turn, again and again, so that a machine that changes its pace changes it for all. The first round warms up and does not count. */
export async function alternate(programs: readonly Program[], rounds: number): Promise<readonly (readonly Run[])[]> {
  const runs: Run[][] = programs.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, program] of programs.entries()) {
      const run = await measure(program);
      if (round > 0) (runs[index] as Run[]).push(run);
    }
  }
  return runs;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

/** Resident memory of a process and all below it. */
function residentBytes(root: number): number {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readProc(`/proc/${name}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const list = parents.get(parent);
    if (list === undefined) parents.set(parent, [Number(name)]);
    else list.push(Number(name));
  }
  let total = 0;
  const pending = [...(parents.get(root) ?? [])];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    total += Number(/^VmRSS:\s+(\d+) kB/m.exec(readProc(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
    pending.push(...(parents.get(pid) ?? []));
  }
  return total;
}

/** Empty if the process has ended meanwhile. */
function readProc(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
