import type { Boundary } from '../boundary.ts';
import type { Expression } from './expression.ts';

let make: ((body: string, flags: string, boundary: Boundary) => Expression) | undefined;

/** Loads the linear-time engine, which only people's own rules need: nobody else pays for it at start. */
export async function loadLinearEngine(): Promise<void> {
  make ??= (await import('./linear-expression.ts')).linearExpression;
}

/** A global expression on the linear-time engine, which must have been loaded. Throws `NotLinear` for what it cannot run. */
export function linearExpression(body: string, flags: string, boundary: Boundary): Expression {
  if (make === undefined) throw new Error('the linear-time engine is not loaded');
  return make(body, flags, boundary);
}
