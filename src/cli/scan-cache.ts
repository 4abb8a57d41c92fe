import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ASSETS } from '../assets.ts';
import type { AuditDeps } from '../audit.ts';
import { openScanCache } from '../cache/index.ts';
import { printable } from '../lib/printable.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import type { Settings } from '../settings/index.ts';
import type { Io } from './io.ts';

/** How a run comes by the cache of earlier scans; nothing where it is refused, where the index is scanned, or where it cannot be had. */
export function scanCache({ values, stateDir }: Settings, catalogue: Catalogue, io: Io, say: (text: string) => void): Pick<AuditDeps, 'cache'> {
  if (!values.cache || values.staged) return {};
  const owner = process.getuid?.();
  return {
    cache: (roots, startedAt) => {
      try {
        return openScanCache({
          stateDir,
          ...(owner === undefined ? {} : { owner }),
          roots,
          // Regular expressions are the runtime's: what they match may change with its version.
          engine: `${readFileSync(ASSETS.engine, 'latin1')} ${process.versions.v8}`,
          rules: { id: catalogue.digest, digests: () => ruleDigests(catalogue) },
          maxBytes: values.cacheSize,
          startedAt,
          now: io.now,
          onTrouble: (error) => say(`warning: what this scan learned is not kept: ${printable(error.message)}\n`),
        });
      } catch {
        // Everything is scanned, then. That the state cannot be written is said by the inventory.
        return undefined;
      }
    },
  };
}

/** A digest of what each rule says. */
export function ruleDigests({ rules }: Catalogue): ReadonlyMap<string, string> {
  return new Map(rules.map((rule) => [rule.id, createHash('sha256').update(JSON.stringify(rule)).digest('hex').slice(0, 32)]));
}
