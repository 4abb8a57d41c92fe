import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import type { ApplyDeps } from '../respond/index.ts';
import type { FlagValues } from '../settings/index.ts';
import type { Io } from './io.ts';
import { runRotate } from './run-rotate.ts';

/** For `ApplyDeps.rotate`: one round of the rotation that a plan names, for the planned credential and no other. */
export function rotatePlanned({ config, state, quiet }: FlagValues, io: Io): NonNullable<ApplyDeps['rotate']> {
  const flags: FlagValues = { yes: 'true', again: 'true', ...(config === undefined ? {} : { config }), ...(state === undefined ? {} : { state }), ...(quiet === undefined ? {} : { quiet }) };
  return async ({ rotation = '' }, { secret }) => {
    const said: string[] = [];
    const stdout = { ...io.stdout, write: async (text: string) => void said.push(text) };
    try {
      const code = await runRotate({ args: [rotation], flags, io: { ...io, stdout } }, secret);
      const detail = said.join('').trim().replace(/^\w+: /, '');
      return { status: code === 0 ? 'finished' : 'waiting', detail };
    } catch (error) {
      if (error instanceof WardenError) return { status: 'refused', detail: printable(error.message) };
      throw error;
    }
  };
}
