import colors from 'picocolors';
import type { Severity, Verdict } from '../../model/index.ts';
import type { Tone } from '../view/answer.ts';

type Ink = (text: string) => string;

/** Colours by meaning. Without colour every ink returns its text as it is. */
export interface Paint {
  readonly bold: Ink;
  readonly dim: Ink;
  readonly good: Ink;
  readonly bad: Ink;
  readonly warn: Ink;
  readonly severity: Readonly<Record<Severity, Ink>>;
  readonly tone: Readonly<Record<Tone, Ink>>;
  readonly verdict: Readonly<Record<Verdict['status'], Ink>>;
}

export function paintOf(color: boolean): Paint {
  const { bold, dim, red, green, yellow, cyan, magenta } = colors.createColors(color);
  return {
    bold,
    dim,
    good: green,
    bad: red,
    warn: yellow,
    severity: { critical: (text) => bold(magenta(text)), high: (text) => bold(red(text)), medium: (text) => bold(yellow(text)), low: (text) => bold(cyan(text)) },
    tone: { bad: red, good: green, open: yellow },
    verdict: { violation: red, undetermined: yellow, pass: green, notApplicable: dim },
  };
}
