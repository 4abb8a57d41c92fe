import { BOUNDARY_CLASSES, withBoundary, type Boundary } from '../boundary.ts';
import type { Expression } from './expression.ts';
import { linearExpression } from './linear-engine.ts';
import { stepBound } from './steps.ts';
import { NotLinear } from './to-re2.ts';

/** Steps for each byte that a backtracking engine may need at worst, by an estimate that is too high. Beyond it the linear engine is faster. */
export const MOST_STEPS = 10_000;

/** On which engine a pattern runs, or which part of it keeps it from both. */
export type PatternEngine =
  | { readonly engine: 'native' | 'linear'; readonly steps: number; readonly part: string; readonly expression: () => Expression }
  /** A sentence that names the part. */
  | { readonly refused: string };

/** The backtracking engine where its work is proven to grow with the text alone, else the linear-time engine, else neither. */
export function patternEngine(body: string, flags: string, boundary: Boundary): PatternEngine {
  const { steps, part } = stepBound(body, flags, boundary === 'none' ? undefined : `[${BOUNDARY_CLASSES[boundary].before}]`);
  if (steps <= MOST_STEPS) return { engine: 'native', steps, part, expression: () => new RegExp(withBoundary(body, boundary), `${flags}dg`) };
  try {
    const expression = linearExpression(body, flags, boundary);
    return { engine: 'linear', steps, part, expression: () => expression };
  } catch (error) {
    if (!(error instanceof NotLinear)) throw error;
    const cost = steps === Infinity ? 'could take time that grows faster than the text' : `could take ${Math.round(steps).toLocaleString('en')} steps for each byte`;
return { refused: `${cost} because of ${shown(part)}, and the linear-time engine cannot run it: ${error.message}${error.part === body ? '' : ` (${shown(error.part)})`}` };
  }
}

function shown(part: string): string {
  return `\`${part.length > 60 ? `${part.slice(0, 59)}…` : part}\``;
}
