import type { Check } from '../model/index.ts';
import { whereActive } from './facts/liveness.ts';
import { SCOPE_PROPERTIES, describePlaces, holdsAt } from './facts/places.ts';
import type { Scope } from './facts/places.ts';

export interface Leaked {
  readonly allowed: readonly Scope[];
}

/**
 * A living token must lie only where an entry of `allowed` says so; one place outside is a violation, however many lie
 * inside. A dead token leaks nothing more. While nobody says whether it lives, nothing is claimed.
 */
export const check: Check<Leaked> = {
  id: 'leaked',
  title: 'A living token lies where it should not be',
  rationale: 'Whoever can read the place can use the token, and every clone, backup and log of it is a place of its own.',
  references: [
    'https://cwe.mitre.org/data/definitions/798.html',
    'https://cwe.mitre.org/data/definitions/540.html',
    'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
  ],
  schema: {
    type: 'object',
    properties: {
      allowed: {
        type: 'array',
        description: 'a list of places where living tokens may lie',
        items: { type: 'object', description: 'an entry such as { path: "secrets/**", rule: "*" }', properties: SCOPE_PROPERTIES, minProperties: 1, additionalProperties: false },
      },
    },
    additionalProperties: false,
  },
  defaults: { allowed: [] },
  tighter: { allowed: 'fewer' },
  severity: 'critical',
  judge(record, params) {
    return whereActive(record, () => {
      const places = record.credential.occurrences.filter(({ origin }) => origin.kind !== 'issuer');
      if (places.length === 0 && record.credential.occurrences.length > 0) return { status: 'notApplicable', why: 'its issuer lists it, and it was found nowhere' };
      if (places.length === 0) return { status: 'undetermined', why: 'no place is known where the token lies' };
      const threshold = params.allowed.length === 0 ? 'no living token in what is scanned' : 'living tokens only where leaked.allowed says';
      const answers = places.map((place) => params.allowed.map((scope) => holdsAt(scope, record, record.credential.occurrences.indexOf(place))));
      const outside = places.filter((_, index) => answers[index]?.every((holds) => holds === false));
      const unclear = places.filter((_, index) => answers[index]?.includes(true) === false && answers[index].includes(undefined));
      if (outside.length === 0 && unclear.length > 0) return { status: 'undetermined', why: `whether the token may lie at ${describePlaces(unclear)} depends on a branch, an environment or an owner that nobody knows` };
      if (outside.length === 0) return { status: 'pass', evidence: `The token lies only where policy allows it: ${describePlaces(places)}.`, threshold };
      return {
        status: 'violation',
        evidence: `The token is active and lies at ${describePlaces(outside)}; policy allows ${params.allowed.length === 0 ? 'living tokens nowhere in what was scanned' : 'no token of this kind there'}.`,
        grounds: [{ fact: 'lies at', value: describePlaces(outside), by: 'place', source: 'what was scanned' }],
        threshold,
        remedy: 'Revoke it at its issuer: removing the text is not enough, since copies stay. Then hand its successor over outside the repository.',
      };
    });
  },
};
