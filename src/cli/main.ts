import { printError } from './print-error.ts';
import { COMMANDS } from './commands/index.ts';
import type { Io } from './io.ts';
import { maskedOutput } from './masked-output.ts';
import { readPlainArguments } from './plain-arguments.ts';
import { processIo } from './process-io.ts';
import { VERSION } from './version.ts';

/** Runs one command line; resolves with the exit code, never rejects. */
export async function run(argv: readonly string[], given: Io): Promise<number> {
  const { output: stderr, settled } = maskedOutput(given.stderr);
  const io: Io = { ...given, stderr };
  try {
    const plain = readPlainArguments(argv, COMMANDS);
    if (plain !== undefined) return await plain.command.run({ args: plain.args, flags: plain.flags, io });
    const { parseArguments } = await import('./parse-arguments.ts');
    const parsed = parseArguments(argv, COMMANDS, { version: VERSION, width: Math.min(io.stdout.columns ?? 100, 110) });
    if (parsed.kind === 'print') {
      await (parsed.exitCode === 0 ? io.stdout : io.stderr).write(parsed.text);
      return parsed.exitCode;
    }
    return await parsed.command.run({ args: parsed.args, flags: parsed.flags, io });
  } catch (error) {
    await printError(error, io.stderr);
    return 2;
  } finally {
    await settled();
  }
}

/** How long a finished run may be held open by something that was not closed. */
const LINGER_MS = 2000;

/** The command itself: the bin calls this. */
export async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), processIo());
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
