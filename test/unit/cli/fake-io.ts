import { PassThrough, Readable } from 'node:stream';
import type { Io, Output } from '../../../src/cli/io.ts';
import { run } from '../../../src/cli/main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FakeOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly terminal?: boolean;
  readonly onKill?: (code: number) => void;
}

/** An `Io` over memory; `interrupt` is Ctrl-C. */
export function fakeIo(options: FakeOptions = {}): { readonly io: Io; readonly written: { stdout: string; stderr: string }; readonly interrupt: () => void } {
  const written = { stdout: '', stderr: '' };
  const handlers = new Set<() => void>();
  const output = (name: 'stdout' | 'stderr'): Output => {
    const stream = new PassThrough();
    stream.on('data', (chunk: Buffer) => {
      written[name] += chunk.toString();
    });
    return {
      isTerminal: options.terminal ?? false,
      columns: options.terminal === true ? 80 : undefined,
      stream: Object.assign(stream, { isTTY: options.terminal ?? false, columns: 80 }) as unknown as NodeJS.WriteStream,
      write: (text) => {
        written[name] += text;
        return Promise.resolve();
      },
    };
  };
  const cwd = options.cwd ?? '/nowhere';
  const io: Io = {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: options.env ?? {},
    cwd,
    home: `${cwd}/home`,
    now: () => new Date('2026-11-22T12:00:00Z'),
    processors: 1,
    actor: 'tester',
    warnings: process,
    onInterrupt(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    kill: (code) => options.onKill?.(code),
  };
  return { io, written, interrupt: () => handlers.forEach((handler) => handler()) };
}

/** Runs one command line. */
export async function ran(argv: readonly string[], options: FakeOptions = {}): Promise<Ran> {
  const { io, written } = fakeIo(options);
  const code = await run(argv, io);
  return { code, ...written };
}
