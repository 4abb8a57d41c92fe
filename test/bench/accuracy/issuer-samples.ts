import type { Rule } from '../../../src/model/index.ts';
import { sampleOf } from '../../../src/rules/index.ts';

/** A token of one kind in surroundings of one form. */
export interface IssuerSample {
  readonly rule: Rule;
  readonly form: string;
  readonly file: string;
  readonly text: string;
  readonly token: string;
}

/** `{n}` is the issuer's name in the form's own spelling, `{w}` what the token is called, `{t}` the token. */
const FORMS: readonly (readonly [form: string, file: string, text: string])[] = [
  ['env', '.env', 'LOG_LEVEL=info\n{N}_{W}={t}\nPORT=8080\n'],
  ['json', 'config.json', '{\n  "name": "orders",\n  "{n}_{w}": "{t}",\n  "retries": 3\n}\n'],
  ['yaml section', 'config.yml', 'orders:\n  url: https://orders.acme.internal\n{n}:\n  {w}: {t}\n'],
  ['yaml', 'values.yaml', 'env:\n  - name: {N}_{W}\n    value: "{t}"\n'],
  ['python', 'app.py', 'import os\n\n{n}_{w} = "{t}"\nclient = connect({n}_{w})\n'],
  ['javascript', 'app.js', "const {c}{C} = '{t}';\nmodule.exports = { {c}{C} };\n"],
  ['dockerfile', 'Dockerfile', 'FROM node:22\nENV {N}_{W}={t}\nRUN npm ci\n'],
  ['curl', 'deploy.sh', 'curl -s "https://api.{h}.com/v1/items?{w}={t}" -o items.json\n'],
  ['log', 'server.log', '2026-11-02T08:11:02Z INFO {n} client started {w}={t} region=eu\n'],
  ['comment', 'notes.txt', '# {I} {s}\n{w}: {t}\n'],
];

/** What people call a token, by its type. */
const CALLED: Readonly<Record<Rule['tokenType'], string>> = {
  'access-token': 'access_token',
  'refresh-token': 'refresh_token',
  'api-key': 'api_key',
  'client-secret': 'client_secret',
  session: 'session_token',
  password: 'password',
  'private-key': 'private_key',
  webhook: 'webhook_token',
  'signed-url': 'url',
  id: 'id',
};

/** Every form for every kind that is a token of one line; kinds that bring surroundings of their own come in those. */
export function issuerSamples(rules: readonly Rule[]): readonly IssuerSample[] {
  return rules
    .filter((rule) => !rule.companionOnly && rule.issuer !== 'generic')
    .flatMap((rule) => rule.examples.flatMap((sample, index) => own(rule, sample, index)).concat(rule.examples.slice(0, 1).flatMap((sample) => everywhere(rule, sampleOf(rule.id, { ...sample, seed: 1000 }).token))));
}

function own(rule: Rule, sample: Rule['examples'][number], index: number): readonly IssuerSample[] {
  const { text, token } = sampleOf(rule.id, { ...sample, seed: 2000 + index });
  return [{ rule, form: 'its own', file: 'sample.txt', text, token }];
}

function everywhere(rule: Rule, token: string): readonly IssuerSample[] {
  if (/\s/.test(token)) return [];
  const name = rule.issuer.replace(/-/g, '_');
  const called = CALLED[rule.tokenType];
  const camel = (text: string): string => text.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const parts: Readonly<Record<string, string>> = {
    n: name,
    N: name.toUpperCase(),
    w: called,
    W: called.toUpperCase(),
    c: camel(name),
    C: camel(`_${called}`),
    h: rule.issuer.replace(/-/g, ''),
    I: rule.issuerName,
    s: called.replace(/_/g, ' '),
    t: token,
  };
  return FORMS.map(([form, file, text]) => ({ rule, form, file, text: text.replace(/\{(\w)\}/g, (whole, key: string) => parts[key] ?? whole), token }));
}
