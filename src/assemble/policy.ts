import { readPolicy, type Policy } from '../policy/judge/index.ts';
import { CHECKS } from '../policy/registry.ts';

/** `policy:` of the configuration, complete with defaults. Throws `POLICY_INVALID`. */
export function policyOf(config: Readonly<Record<string, unknown>>): Policy {
  return readPolicy(config, CHECKS);
}
