import { SEVERITIES } from '../../model/index.ts';
import type { Check, ParamsSchema } from '../../model/index.ts';
import { PACKS } from '../packs/index.ts';

/**
 * JSON Schema (draft 2020-12) of `policy:` in `tokenwarden.yml`: each check is `false` (off), `true` (its defaults) or its
 * parameters, any of which may be left out, with an optional `severity`. Uses type lists, so that ajv wants `allowUnionTypes`.
 */
export function policySchema(checks: readonly Check[]): ParamsSchema {
  return {
    type: 'object',
    description: 'the policy checks by name',
    properties: { pack: { enum: PACKS.map(({ id }) => id), default: PACKS[0].id, description: 'the policy to start from' }, ...Object.fromEntries(checks.map((check) => [check.id, checkSchema(check)])) },
    additionalProperties: false,
  };
}

function checkSchema(check: Check): ParamsSchema {
  return {
    type: ['boolean', 'object'],
    title: check.title,
    description: `false, true or the settings of ${check.id}`,
    default: { ...(check.defaults as object), severity: check.severity },
    properties: {
      ...propertiesOf(check),
      severity: { enum: SEVERITIES, default: check.severity, description: 'critical, high, medium or low: how bad a violation is while the token is active' },
    },
    additionalProperties: false,
  };
}

/** The parameters that a check declares, by name. */
export function propertiesOf(check: Check): Readonly<Record<string, ParamsSchema>> {
  return (check.schema.properties ?? {}) as Readonly<Record<string, ParamsSchema>>;
}
