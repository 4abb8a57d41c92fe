import { printable } from '../../lib/printable.ts';
import { WardenError } from '../../model/index.ts';
import type { LoadedConfig } from './load-config.ts';

const OWN = /^TOKENWARDEN_[A-Z0-9_]+$/;
const KEYS = ['client-id-env', 'client-secret-env', 'token-env'] as const;

/**
 * A `tokenwarden.yml` that was found in the working directory may belong to a stranger's repository. It names the hosts that
 * are asked, so it may hand them only variables that were set for tokenwarden, and never, say, a cloud key of the
 * user's. A file that the user names with `--config` may name any. Throws `CONFIG_ENV_NOT_OURS` with every place.
 */
export function checkEnvNames(config: LoadedConfig): void {
  const places = (config.data.stores ?? []).flatMap((store, index) =>
    KEYS.flatMap((key) => {
      const name = (store.auth as Readonly<Record<string, string | undefined>> | undefined)?.[key];
      if (name === undefined || OWN.test(name)) return [];
      const { line, column } = config.positionOf(['stores', index, 'auth', key]) ?? { line: 1, column: 1 };
      return [`${printable(config.file)}:${line}:${column}: stores[${index}].auth.${key} names the environment variable ${printable(name)}`];
    }),
  );
  for (const [index, grant] of (config.data.grants ?? []).entries()) {
    for (const [key, name] of Object.entries(grant.with ?? {})) {
      if (!key.endsWith('-env') || OWN.test(name)) continue;
      const { line, column } = config.positionOf(['grants', index, 'with', key]) ?? { line: 1, column: 1 };
      places.push(`${printable(config.file)}:${line}:${column}: grants[${index}].with.${printable(key)} names the environment variable ${printable(name)}`);
    }
  }
  const webhook = config.data.respond?.page?.['webhook-env'];
  if (webhook !== undefined && !OWN.test(webhook)) {
    const { line, column } = config.positionOf(['respond', 'page', 'webhook-env']) ?? { line: 1, column: 1 };
    places.push(`${printable(config.file)}:${line}:${column}: respond.page.webhook-env names the environment variable ${printable(webhook)}`);
  }
  if (places.length === 0) return;
  throw new WardenError('CONFIG_ENV_NOT_OURS', places.join('\n'), {
    hint: 'a configuration that is found in the working directory may hand stores only variables that begin with TOKENWARDEN_, since it could be a stranger\'s; rename them, or name the file with --config if you trust it',
  });
}
