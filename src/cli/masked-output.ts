import { maskRuns } from '../lib/mask-runs.ts';
import type { Output } from './io.ts';

export interface MaskedOutput {
  readonly output: Output;
  /** Resolves when all that was given to `output` is written. */
  readonly settled: () => Promise<void>;
}

const QUOTES = /^(?:error|warning|hint):/m;

/**
 * The same output, in the same order, but with errors, warnings and hints searched for secrets first: they quote what was
 * typed, and people type secrets in the wrong place. What costs time is loaded only then.
 */
export function maskedOutput(output: Output): MaskedOutput {
  let last: Promise<void> = Promise.resolve();
  const write = (text: string): Promise<void> => {
    const written = last.then(async () => output.write(QUOTES.test(text) ? await masked(text) : text));
    last = written.catch(() => undefined);
    return written;
  };
  return { output: { ...output, write }, settled: () => last };
}

async function masked(text: string): Promise<string> {
  try {
    const { maskSecrets } = await import('../assemble/mask-secrets.ts');
    return await maskSecrets(text);
  } catch {
    return maskRuns(text, true);
  }
}
