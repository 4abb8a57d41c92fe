import pc from 'picocolors';

/** Tells the story on standard output: what happens, how long it took, and each thing that was checked. */
export interface Narrator {
  readonly chapter: (title: string) => void;
  readonly say: (text: string) => void;
  /** Output of another program, as it came, behind a bar. */
  readonly quote: (text: string) => void;
  /** Throws when `holds` is false: the demo is a proof and ends where one fails. */
  readonly prove: (claim: string, holds: boolean, why?: string) => void;
  readonly proofs: () => number;
}

/** `clock` counts milliseconds since the demo began. */
export function createNarrator(clock: () => number): Narrator {
  let chapters = 0;
  let proofs = 0;
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  return {
    chapter: (title) => {
      chapters += 1;
      const seconds = (clock() / 1000).toFixed(1).padStart(5);
      print(`\n${pc.bold(pc.cyan(`${chapters}. ${title}`))} ${pc.dim(`[${seconds} s]`)}`);
    },
    say: (text) => print(`   ${text}`),
    quote: (text) => print(text.trimEnd().split('\n').map((line) => `   ${pc.dim('│')} ${line}`.trimEnd()).join('\n')),
    prove: (claim, holds, why) => {
      if (!holds) throw new Error(`not proven: ${claim}${why === undefined ? '' : `\n${why}`}`);
      proofs += 1;
      print(`   ${pc.green('✓')} ${claim}`);
    },
    proofs: () => proofs,
  };
}
