import { printable } from '../../lib/printable.ts';
import type { Ground, Verdict } from '../../model/index.ts';
import { labelled } from '../text/layout.ts';
import type { Paint } from '../text/paint.ts';
import { instant } from '../view/time.ts';
import type { Told } from '../view/told.ts';
import { verdictsOf, type VerdictView } from '../view/verdicts.ts';

const WORDS: Readonly<Record<Verdict['status'], string>> = { violation: 'violated', undetermined: 'undecided', pass: 'pass', notApplicable: 'n/a' };

/**
 * What every check says: for what it claims, the facts with their source and time, the threshold and the nearest fix. What could
 * not be decided, or does not apply, for one and the same reason stands on one line.
 */
export function verdictLines(finding: Told, paint: Paint, width: number): readonly string[] {
  const verdicts = verdictsOf(finding);
  if (verdicts.length === 0) return ['  no check was applied'];
  const claimed = verdicts.filter((verdict) => verdict.status === 'violation' || verdict.status === 'pass' || isGrounded(verdict));
  const others = Map.groupBy(
    verdicts.filter((verdict) => !claimed.includes(verdict)),
    ({ status, text }) => `${status}\n${text}`,
  );
  return [
    ...claimed.flatMap((verdict) => claimLines(verdict, finding, paint, width)),
    ...[...others.values()].flatMap((same) => {
      const [first] = same;
      return first === undefined ? [] : labelled(WORDS[first.status], `${same.map(({ check }) => check).join(', ')}: ${printable(first.text)}`, width, { label: paint.verdict[first.status] });
    }),
  ];
}

function isGrounded({ grounds }: VerdictView): boolean {
  return grounds !== undefined && grounds.length > 0;
}

function claimLines({ check, status, text, remedy, severity, grounds = [], threshold }: VerdictView, { introspection }: Told, paint: Paint, width: number): readonly string[] {
  const dim = { label: paint.dim };
  return [
    ...labelled(WORDS[status], `${check}: ${printable(text)}${severity === undefined || status === 'pass' ? '' : ` [${severity} by policy]`}`, width, { label: paint.verdict[status] }),
    ...grounds.flatMap((ground) => labelled('fact', printable(`${ground.fact} ${ground.value}, ${sourceOf(ground, introspection.at)}`), width, dim)),
    ...(threshold === undefined ? [] : labelled('limit', printable(threshold), width, dim)),
    ...(remedy === undefined ? [] : labelled('fix', printable(remedy), width, { label: paint.bold })),
  ];
}

function sourceOf({ by, source }: Ground, answeredAt: Date): string {
  switch (by) {
    case 'issuer':
      return `said by ${source} at ${instant(answeredAt)}`;
    case 'token':
      return `read from ${source}`;
    case 'owner':
      return `the word of ${source}`;
    case 'place':
    case 'repository':
    case 'inventory':
    case 'configuration':
      return `from ${source}`;
  }
}
