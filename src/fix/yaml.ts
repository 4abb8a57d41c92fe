import { isMap, isPair, isScalar, isSeq, parseAllDocuments, visit, type Pair, type Scalar } from 'yaml';
import { none, type Place, type Proposal } from './types.ts';

export type YamlKind = 'workflow' | 'compose' | 'manifest';

const MAX_TEXT = 2 << 20;

interface Found {
  readonly scalar: Scalar;
  /** Keys and indexes from the top. */
  readonly path: readonly string[];
  readonly pair?: Pair;
  readonly inFlow: boolean;
  readonly root: unknown;
}

/** A place in a workflow, a compose file or a manifest of Kubernetes. */
export function fixYaml(text: string, place: Place, variable: string, kind: YamlKind): Proposal {
  if (text.length > MAX_TEXT || /\{\{-?\s/.test(text.replaceAll('${{', ''))) return none('the file is a template, or too large to be read as YAML', BY_HAND[kind]);
  const found = scalarAt(text, place);
  if (found === undefined) return none('it does not stand in a simple value', BY_HAND[kind]);
  const { scalar, path, inFlow } = found;
  const [start = 0, end = 0] = scalar.range ?? [];
  const quote = scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE' ? 1 : 0;
  if (scalar.anchor !== undefined || scalar.tag !== undefined || text.slice(start, end).includes('\n') || (scalar.type !== 'PLAIN' && quote === 0)) return none('it stands in a text of several lines, or one that other places refer to', BY_HAND[kind]);
  const isWhole = start + quote === place.start && end - quote === place.end;
  if (kind === 'manifest') return isWhole && !inFlow ? kubernetesVariable(found, variable) : none('no reference can stand there', BY_HAND.manifest);
  if (kind === 'workflow') {
    if (!isEnvironment(path)) return none('secrets are not known there, or not safe', BY_HAND.workflow);
    return edit(place, start, end, quote === 0 && inFlow, text, `\${{ secrets.${variable} }}`, `Add the secret ${variable} to the repository's settings (Secrets and variables, Actions).`);
  }
  if (path[0] === undefined) return none('it is no value of a service', BY_HAND.compose);
  return edit(place, start, end, quote === 0 && inFlow, text, `\${${variable}:?}`, 'compose reads it from its environment, or from a .env file that git ignores.');
}

const BY_HAND: Readonly<Record<YamlKind, string>> = {
  workflow: 'give it to the step in env:, as NAME: ${{ secrets.NAME }}, and use the variable',
  compose: 'give it to the service by environment: or secrets:, from a variable of compose',
  manifest: 'keep it in a Secret that is not in the repository, and refer to it by secretKeyRef or a volume',
};

function edit(place: Place, start: number, end: number, needsQuotes: boolean, text: string, reference: string, note: string): Proposal {
  const value = `${text.slice(start, place.start)}${reference}${text.slice(place.end, end)}`;
  if (needsQuotes && /['\\]/.test(value)) return none('it stands in a text whose quoting is not certain', 'take it out by hand');
  return { kind: 'edit', edits: [needsQuotes ? { start, end, text: `'${value}'` } : { ...place, text: reference }], notes: [note] };
}

/** Where GitHub knows `secrets`: env at every level, credentials of containers, and inputs of steps. */
function isEnvironment(path: readonly string[]): boolean {
  const at = path.slice(0, -1).join('/');
  return at === 'env' || /^jobs\/[^/]+\/(?:env|steps\/\d+\/(?:env|with)|container\/(?:env|credentials)|services\/[^/]+\/(?:env|credentials)|secrets)$/.test(at);
}

/** `value: X` of a container's variable becomes a reference to a Secret. */
function kubernetesVariable({ path, pair, root, scalar }: Found, variable: string): Proposal {
  if (pair === undefined || path.at(-1) !== 'value' || path.at(-3) !== 'env' || !/^(?:containers|initContainers|ephemeralContainers)$/.test(path.at(-5) ?? '')) return none('no reference can stand there', BY_HAND.manifest);
  const metadata = isMap(root) ? root.get('metadata') : undefined;
  const name: unknown = isMap(metadata) ? metadata.get('name') : undefined;
  const secret = typeof name === 'string' && /^[a-z0-9][a-z0-9-]{0,50}$/.test(name) ? `${name}-secrets` : 'app-secrets';
  const key = pair.key as Scalar;
  return {
    kind: 'edit',
    edits: [{ start: key.range?.[0] ?? 0, end: scalar.range?.[1] ?? 0, text: `valueFrom: { secretKeyRef: { name: ${secret}, key: ${variable} } }` }],
    notes: [`Make the Secret ${secret} with the key ${variable} in the same namespace before this is applied.`],
  };
}

function scalarAt(text: string, place: Place): Found | undefined {
  let found: Found | undefined;
  for (const document of parseAllDocuments(text, { logLevel: 'silent', keepSourceTokens: false })) {
    if (document.errors.length > 0) return undefined;
    visit(document, {
      Scalar(key, scalar, ancestors) {
        const [start = 0, end = 0] = scalar.range ?? [];
        if (key === 'key' || place.start < start || place.end > end) return;
        const path: string[] = [];
        ancestors.forEach((ancestor, index) => {
          const next = ancestors[index + 1] ?? scalar;
          if (isPair(ancestor)) path.push(isScalar(ancestor.key) ? String(ancestor.key.value) : '');
          else if (isSeq(ancestor)) path.push(String(ancestor.items.indexOf(next)));
        });
        const last = ancestors.at(-1);
        found = { scalar, path, ...(isPair(last) ? { pair: last } : {}), inFlow: ancestors.some((one) => (isMap(one) || isSeq(one)) && one.flow === true), root: document.contents };
      },
    });
  }
  return found;
}
