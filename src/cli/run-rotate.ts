import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { policyOf, rotationDoor, rotationPolicy } from '../assemble/index.ts';
import { formatDuration, parseDuration } from '../lib/duration.ts';
import { nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type ConsumerPlace, type Secret } from '../model/index.ts';
import { placeName, readLedger, rotate, stateOf, templateProblem, type RotationSpec, type RotationState } from '../respond/index.ts';
import { ruleLookup } from '../rules/stored-catalogue.ts';
import type { Settings } from '../settings/index.ts';
import { settingsOf } from './settings-of.ts';
import type { Call } from './command.ts';
import { setUpIssue } from './issue-setup.ts';
import { readRules } from './rules.ts';
import { STATE_FILES } from './state-files.ts';

const DAY_MS = 86_400_000;

/** `rotate NAME`: 0 finished, 1 waiting, 2 refused (thrown). With `only`, no other credential is replaced. */
export async function runRotate({ args, flags, io }: Call, only?: Secret): Promise<number> {
  const settings = await settingsOf('rotate', { flags, io });
  const { values } = settings;
  if (values.secret !== undefined && values.secret !== '-') throw new WardenError('USAGE_SECRET_IN_ARGUMENTS', '--secret takes only -, standard input: a secret on the command line can be seen by other processes and stays in the shell history');
  const spec = specOf(args[0] ?? '', settings);
  const parts = partsOf(values.part);
  const policy = policyOf(settings.policy);
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
    const { maxLifetimeMs } = rotationPolicy(policy, rule, io.now, io.cwd);
    await io.stdout.write(dryRun({ ...spec, ...(maxLifetimeMs === undefined ? {} : { maxLifetimeMs }) }, (await stateOf(spec.name, readLedger(path))).open));
    return 1;
  }
  const given = values.secret === undefined ? undefined : (await text(io.stdin)).replace(/\r?\n$/, '');
  const setup = await setUpIssue(settings, io, [spec.store, ...spec.consumers.flatMap((place) => place.store ?? [])], say);
  try {
    const release = await setup.storage.hold(lockId(`rotation ${spec.name}`));
    if (release === undefined) throw new WardenError('ROTATION_RUNNING', `another process is rotating ${spec.name}`, { hint: 'wait until it has ended' });
    try {
      const door = rotationDoor({ issuers: setup.issuers, store: spec.store, host: new URL(store.url).host, rule, types: new Map(settings.stores.map(({ id, type }) => [id, type])), fingerprintKey: settings.fingerprintKey, policy, cwd: io.cwd, now: io.now, record: setup.ledger.append, hold: async (name) => holdFor(() => setup.storage.hold(lockId(name))) });
      door.check(spec.consumers);
      const { storage, door: issuing } = setup;
      const result = await rotate(
        spec,
        readLedger(path),
        { again: values.again, confirmQuiet: values.confirmQuiet, confirmLost: values.confirmLost, confirmLimits: values.confirmLimits, confirmOverwrite: values.confirmOverwrite, ...(only === undefined ? {} : { only }), ...(Object.keys(parts).length === 0 ? {} : { givenParts: Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, door.makeSecret(value)])) }), ...(given === undefined || given === '' ? {} : { given: door.makeSecret(given) }) },
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
  const { store, rule, scopes, lifetime, quiet, grace, every, accept } = found;
  const consumers = found.consumers.map(({ type, store: at, part = 'secret', template, ...where }): ConsumerPlace => {
    const problem = template === undefined ? undefined : templateProblem(template);
    if (problem !== undefined) throw new WardenError('CONSUMER_INVALID', `consumer ${printable(type)}: template: ${problem}`, { hint: 'such as postgresql://{user|url}:{secret|url}@db.example.com/shop' });
    return { type, part, at: where as Readonly<Record<string, string>>, ...(template === undefined ? {} : { template }), ...(at === undefined ? {} : { store: at }) };
  });
  return { name, store, rule, consumers, ...(accept === undefined ? {} : { accept }), ...(scopes === undefined ? {} : { scopes }), ...(lifetime === undefined ? {} : { lifetimeMs: parseDuration(lifetime) }), ...(every === undefined ? {} : { everyMs: parseDuration(every) }), quietMs: quiet === undefined ? DAY_MS : parseDuration(quiet), graceMs: grace === undefined ? DAY_MS : parseDuration(grace) };
}

function dryRun(spec: RotationSpec & { readonly maxLifetimeMs?: number }, state: RotationState | undefined): string {
  const where = spec.consumers.map((place) => `  ${state?.stored.has(placeName(place)) === true ? 'has the new one' : 'has the old one'}  ${printable(placeName(place))}`).join('\n');
  const next = state === undefined ? 'make a replacement' : state.issued === undefined ? 'make a replacement (again)' : state.confirmedAt === undefined ? 'store it where it is missing' : state.quietAt === undefined ? 'see whether the old one is quiet' : state.deactivatedAt === undefined ? 'switch the old one off' : 'delete the old one';
  const lifetime = spec.lifetimeMs ?? spec.maxLifetimeMs;
  const lives = `  the new one lives for ${lifetime === undefined ? 'as long as its issuer lets it' : `${formatDuration(lifetime)} at most${spec.lifetimeMs === undefined ? ' (policy: max-lifetime)' : ''}`}, and may do ${spec.scopes === undefined ? 'what the old one may and policy allows' : printable(spec.scopes.join(', '))}`;
  return `Rotation ${spec.name}: ${printable(spec.rule)} of ${printable(spec.store)}\n${where}\n${lives}\nNext: ${next}. Nothing was sent; --yes does it.\n`;
}

/** `NAME=VALUE`. */
function partsOf(given: readonly string[]): Readonly<Record<string, string>> {
  const wrong = given.find((text) => !/^[a-z][a-z0-9-]*=./.test(text));
  if (wrong !== undefined) throw new WardenError('USAGE_WRONG_VALUE', '--part: expected NAME=VALUE, such as key-id=…');
  return Object.fromEntries(given.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
}

/** A lock of this name, as its files are called. */
function lockId(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

/** Another process writes for an instant only. */
async function holdFor(take: () => Promise<(() => void) | undefined>): Promise<(() => void) | undefined> {
  for (let waited = 0; waited < 5000; waited += 100) {
    const release = await take();
    if (release !== undefined) return release;
    await delay(100);
  }
  return undefined;
}
