import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import type { Output } from './io.ts';

/** Prints what went wrong and what to do. */
export async function printError(error: unknown, output: Output): Promise<void> {
  await output.write(`${describeError(error)}\n`).catch(() => undefined);
}

/**
 * An error for people. Messages of errors that are not ours are never shown: they may quote what was being read, and that
 * may be a secret; kind, code and place are.
 */
export function describeError(error: unknown): string {
  if (error instanceof WardenError) {
    const many = error.message.includes('\n');
    const head = many ? `error: there are several problems [${error.code}]\n${error.message}` : `error: ${error.message} [${error.code}]`;
    return error.hint === undefined ? head : `${head}\nhint: ${error.hint}`;
  }
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && typeof syscall === 'string') {
    return `error: the system refused ${syscall}${path === undefined ? '' : ` of ${printable(path)}`} [${code}]`;
  }
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? framesOf(error) : [];
  return [`error: an internal error (${printable(name)}${typeof code === 'string' ? `, ${code}` : ''}) ended the run [INTERNAL]`, 'hint: please report it with these lines, which hold no scanned content', ...frames.slice(0, 12)].join('\n');
}

/** Where it happened. The stack repeats the message first, lines of which may look like frames. */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const at = stack.indexOf(message);
  if (at < 0) return [];
  return stack
    .slice(at + message.length)
    .split('\n')
    .filter((line) => /^\s+at .*(?::\d+:\d+\)?|<anonymous>\))$/.test(line));
}
