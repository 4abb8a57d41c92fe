import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { rotationDoor } from '../assemble/index.ts';
import { parseDuration } from '../lib/duration.ts';
import { nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type ConsumerPlace } from '../model/index.ts';
import { placeName, readLedger, rotate, stateOf, type RotationSpec, type RotationState } from '../respond/index.ts';
import { ruleLookup } from '../rules/stored-catalogue.ts';
import { loadSettings, type Settings } from '../settings/index.ts';
import type { Call } from './command.ts';
import { setUpIssue } from './issue-setup.ts';
import { readRules } from './rules.ts';
import { STATE_FILES } from './state-files.ts';

const DAY_MS = 86_400_000;

/** `rotate NAME`: 0 finished, 1 waiting, 2 refused (thrown). */
export async function runRotate({ args, flags, io }: Call): Promise<number> {
  const settings = await loadSettings({ command: 'rotate', flags, env: io.env, cwd: io.cwd, home: io.home, now: io.now() });
  const { values } = settings;
  if (values.secret !== undefined && values.secret !== '-') throw new WardenError('USAGE_SECRET_IN_ARGUMENTS', '--secret takes only -, standard input: a secret on the command line can be seen by other processes and stays in the shell history');
  const spec = specOf(args[0] ?? '', settings);
  const rule = ruleLookup(await readRules(settings)).get(spec.rule);
  const store = settings.stores.find(({ id }) => id === spec.store);
  if (rule === undefined) throw new WardenError('ROTATION_RULE', `rotation ${spec.name}: there is no rule "${printable(spec.rule)}"`, { hint: 'see "tokenwarden rules list"' });
  if (store === undefined) throw new WardenError('ROTATION_STORE', `rotation ${spec.name}: there is no store "${printable(spec.store)}"`, { hint: 'add it under stores: in tokenwarden.yml' });
  const say = (line: string): void => {
    if (!values.quiet) void io.stderr.write(`${line}\n`).catch(() => undefined);
  };
  for (const warning of settings.warnings) say(`warning: ${warning}`);
  const path = STATE_FILES.ledger(settings.stateDir);
  if (!values.yes) {
    await io.stdout.write(dryRun(spec, (await stateOf(spec.name, readLedger(path))).open));
    return 1;
  }
  const given = values.secret === undefined ? undefined : (await text(io.stdin)).replace(/\r?\n$/, '');
  const setup = await setUpIssue(settings, io, [spec.store, ...spec.consumers.flatMap((place) => place.store ?? [])], say);
  try {
    const release = await setup.storage.hold(createHash('sha256').update(`rotation ${spec.name}`).digest('hex').slice(0, 16));
    if (release === undefined) throw new WardenError('ROTATION_RUNNING', `another process is rotating ${spec.name}`, { hint: 'wait until it has ended' });
    try {
      const door = rotationDoor({ issuers: setup.issuers, store: spec.store, host: new URL(store.url).host, rule, types: new Map(settings.stores.map(({ id, type }) => [id, type])), fingerprintKey: settings.fingerprintKey, now: io.now, record: setup.ledger.append });
      door.check(spec.consumers);
      const { storage, door: issuing } = setup;
      const result = await rotate(
        spec,
        readLedger(path),
        { again: values.again, confirmQuiet: values.confirmQuiet, confirmLost: values.confirmLost, ...(given === undefined || given === '' ? {} : { given: door.makeSecret(given) }) },
        {
          ...door,
          ledger: setup.ledger.append,
          now: io.now,
          sleep: async (ms) => {
            await delay(ms);
          },
          newId: () => randomBytes(8).toString('hex'),
          vault: {
            keep(id, slot, secret) {
              const sealed = issuing.seal(spec.store, `${id}-${slot}`, secret);
              if (sealed !== undefined) storage.keep(`${id}-${slot}`, sealed);
              return sealed !== undefined;
            },
            kept(id, slot) {
              const sealed = storage.kept(`${id}-${slot}`);
              return sealed === undefined ? undefined : issuing.unseal(spec.store, `${id}-${slot}`, sealed, door.makeSecret);
            },
            forget: (id) => (['old', 'new', 'new-id'] as const).forEach((slot) => storage.forget(`${id}-${slot}`)),
          },
          onStep: say,
        },
      );
      if (result.status === 'refused') throw new WardenError('ROTATION_REFUSED', `rotation ${spec.name}: ${printable(result.detail)}`);
      await io.stdout.write(`${result.status}: ${printable(result.detail)}${'until' in result && result.until !== undefined ? ` (at ${result.until.toISOString()})` : ''}\n`);
      return result.status === 'finished' ? 0 : 1;
    } finally {
      release();
    }
  } finally {
    await setup.close();
  }
}

function specOf(name: string, { rotations }: Settings): RotationSpec {
  const found = rotations.find((one) => one.name === name);
  if (found === undefined) {
    const close = nearest(name, rotations.map((one) => one.name));
    throw new WardenError('ROTATION_UNKNOWN', `there is no rotation of this name`, { hint: close === undefined ? 'add it under rotations: in tokenwarden.yml' : `did you mean "${close}"?` });
  }
  const { store, rule, scopes, lifetime, quiet, grace, every } = found;
  const consumers = found.consumers.map(({ type, store: at, part = 'secret', ...where }): ConsumerPlace => ({ type, part, at: where as Readonly<Record<string, string>>, ...(at === undefined ? {} : { store: at }) }));
  return { name, store, rule, consumers, ...(scopes === undefined ? {} : { scopes }), ...(lifetime === undefined ? {} : { lifetimeMs: parseDuration(lifetime) }), ...(every === undefined ? {} : { everyMs: parseDuration(every) }), quietMs: quiet === undefined ? DAY_MS : parseDuration(quiet), graceMs: grace === undefined ? DAY_MS : parseDuration(grace) };
}

function dryRun(spec: RotationSpec, state: RotationState | undefined): string {
  const where = spec.consumers.map((place) => `  ${state?.stored.has(placeName(place)) === true ? 'has the new one' : 'has the old one'}  ${printable(placeName(place))}`).join('\n');
  const next = state === undefined ? 'make a replacement' : state.issued === undefined ? 'make a replacement (again)' : state.confirmedAt === undefined ? 'store it where it is missing' : state.quietAt === undefined ? 'see whether the old one is quiet' : state.deactivatedAt === undefined ? 'switch the old one off' : 'delete the old one';
  return `Rotation ${spec.name}: ${printable(spec.rule)} of ${printable(spec.store)}\n${where}\nNext: ${next}. Nothing was sent; --yes does it.\n`;
}
