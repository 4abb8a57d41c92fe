import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportDocument } from '../../src/report/json/document.ts';
import type { Outcome, Tokenwarden } from './command.ts';
import { configurationOf, environmentOf } from './configuration.ts';
import { disagreement, EXPECTED, violatedBy, findingOf } from './expectations.ts';
import { findLeaks, readOutputs } from './leak-search.ts';
import type { Output } from './leak-search.ts';
import type { Narrator } from './narrate.ts';
import { DELETED, plant, PLACES } from './plant.ts';
import type { TokenName, World } from './world.ts';

export interface Stage {
  readonly narrator: Narrator;
  readonly world: World;
  /** A temporary folder: the repository, the log, the configuration and the state. */
  readonly folder: string;
  /** Where reports and plans go. */
  readonly out: string;
  /** All folders that the command may write to. */
  readonly written: readonly string[];
  readonly commandIn: (cwd: string, env: Readonly<Record<string, string>>) => Tokenwarden;
  readonly writeText: (path: string, text: string) => Promise<void>;
  /** A path as people shall read it. */
  readonly shown: (path: string) => string;
}

/** The story from planted tokens to dead ones. Throws at the first claim that does not hold. */
export async function play(stage: Stage): Promise<void> {
  const { narrator, world, folder, out } = stage;
  const { chapter, say, quote, prove } = narrator;
  const names = Object.keys(world.tokens) as readonly TokenName[];
  say(`${world.oidc.url}  oidc-provider: OAuth 2.0, introspection, revocation`);
  say(`${world.npm.url}  verdaccio: an npm registry`);
  for (const name of names) prove(`${world.tokens[name].what}: ${EXPECTED[name].status} at its issuer`, (await world.tokens[name].isActive()) === (EXPECTED[name].status === 'active'));

  chapter('Leak them');
  await plant(folder, world);
  await stage.writeText(join(folder, 'tokenwarden.yml'), configurationOf(world));
  for (const name of names) say(`${PLACES[name].join(' and ').padEnd(32)} ${world.tokens[name].what}${name === DELETED ? ' (deleted by a later commit)' : ''}`);
  say('tokenwarden.yml names both stores, what they claim, and allows living tokens in secrets/** only.');

  const printed: Output[] = [];
  const command = stage.commandIn(folder, environmentOf(world));
  const tokenwarden = async (...args: readonly string[]): Promise<Outcome> => {
    say(`$ tokenwarden ${args.map((arg) => (arg.startsWith(out) ? arg.replace(out, 'demo-out') : arg.replaceAll(`=${out}`, '=demo-out'))).join(' ')}`);
    const outcome = await command(...args);
    printed.push({ name: `output of ${args[0] ?? ''}`, bytes: Buffer.from(`${outcome.stdout}\n${outcome.stderr}`) });
    return outcome;
  };
  const expectExit = async (code: number, claim: string, ...args: readonly string[]): Promise<Outcome> => {
    const outcome = await tokenwarden(...args);
    if (outcome.code === code) quote(outcome.stdout.replace(/^LOW \([\s\S]*?(?=^ {2}result)/m, 'LOW: tokens that fail nothing; they are in the reports.\n\n'));
    prove(`${claim}: exit ${code}`, outcome.code === code, `exit ${String(outcome.code)}\n${outcome.stdout}${outcome.stderr}`);
    return outcome;
  };
  const audit = async (name: string, exit: number, claim: string, ...args: readonly string[]): Promise<ReportDocument> => {
    const reports = ['sarif', 'json', 'html'].map((format) => `--report=${format}=${join(out, `${name}.${format}`)}`);
    await expectExit(exit, claim, 'audit', ...args, ...reports, `--plan=${join(out, `${name}.plan.json`)}`);
    return JSON.parse(await readFile(join(out, `${name}.json`), 'utf8')) as ReportDocument;
  };
  const isAlive = async (name: TokenName, alive: boolean): Promise<void> => {
    prove(`asked directly, the issuer says ${alive ? 'active' : 'dead'}: ${world.tokens[name].what}`, (await world.tokens[name].isActive()) === alive);
  };
  const judged = (report: ReportDocument, name: TokenName): void => {
    const problem = disagreement(report, name);
    const finding = findingOf(report, name);
    const verdict = EXPECTED[name].status === 'inactive' ? 'dead already' : finding === undefined || violatedBy(finding).length === 0 ? 'alive, and breaks no rule' : `alive, violates ${violatedBy(finding).join(', ')}`;
    prove(`${world.tokens[name].what}: ${verdict}`, problem === undefined, problem);
  };

  chapter('Whom would an audit ask? Nobody is asked yet');
  await expectExit(0, 'the egress list asks nobody', 'audit', '--egress', '--log', 'ci.log', 'repository');

  chapter('Audit the work tree and the CI log');
  const tree = await audit('work-tree', 1, 'living tokens lie where they must not', '--log', 'ci.log', 'repository');
  const inTree = names.filter((name) => name !== DELETED);
  for (const name of inTree) judged(tree, name);
  prove(`nothing else is reported: ${inTree.length} findings`, tree.findings.length === inTree.length, tree.findings.map(({ id, locations }) => `${id} ${JSON.stringify(locations[0])}`).join('\n'));
  prove('coverage is complete', tree.coverage.complete);

  chapter('The response plan');
  const plan = join(out, 'work-tree.plan.json');
  const shown = await expectExit(0, 'the plan is intact', 'plan', 'show', plan);
  prove('the token that may stay is not in the plan', !shown.stdout.includes('secrets/ci.env'));
  prove('it names the line from which a secret is read again', /read from +ci\.log:2$/m.test(shown.stdout), shown.stdout);
  await expectExit(0, 'without --yes it is a dry run', 'apply', plan);
  for (const name of ['longLived', 'overScoped', 'npmPublisher'] as const) await isAlive(name, true);

  chapter('Apply it');
  await expectExit(0, 'every step is proven by a second introspection', 'apply', plan, '--yes');
  for (const name of ['longLived', 'overScoped', 'npmPublisher'] as const) await isAlive(name, false);
  for (const name of ['good', DELETED] as const) await isAlive(name, true);
  await expectExit(0, 'applying it again does no harm', 'apply', plan, '--yes');

  chapter('Audit the history, where the deleted token still lies');
  const history = await audit('history', 1, 'a living token lies in history', '--history', 'repository');
  judged(history, DELETED);
  await expectExit(0, 'it is revoked, too', 'apply', join(out, 'history.plan.json'), '--yes');
  await isAlive(DELETED, false);
  await isAlive('good', true);

  chapter('Afterwards');
  await audit('after', 0, 'nothing that lives breaks the policy', '--log', 'ci.log', 'repository');
  await expectExit(0, 'the ledger is whole', 'ledger', 'verify');

  const outputs = [...printed, ...(await Promise.all(stage.written.map(readOutputs))).flat()];
  const secrets = new Map([...names.map((name) => [name, world.tokens[name].value] as const), ['client secret', world.oidc.auditor.secret], ['npm session', world.npm.session]]);
  const leaks = findLeaks(outputs, secrets);
  const bytes = outputs.reduce((sum, output) => sum + output.bytes.length, 0);
  prove(`no planted secret in ${outputs.length} outputs, ${bytes.toLocaleString('en')} bytes: plain, base64, percent, hex, UTF-16`, leaks.length === 0, leaks.join('\n'));
  say(`Reports: ${stage.shown(join(out, 'work-tree.html'))}, .sarif and .json; the same for history and after.`);
}
