import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Modules of Node that cost milliseconds to load and that many runs never use. */
const BUILTINS = ['node:child_process', 'node:crypto', 'node:dns/promises', 'node:fs/promises', 'node:stream/consumers', 'node:stream/web', 'node:timers/promises', 'node:tls', 'node:v8', 'node:worker_threads', 'node:zlib'];

/** Packages in a file of their own each, read when something of them is used. Nothing of ours is in them. */
const PACKAGES = ['@eslint-community/regexpp', 'ajv/dist/2020.js', 'cli-progress', 'fast-xml-parser', 'ipaddr.js', 'kysely', 'pg', 'pg-boss', 'mysql2', 're2js', 'registry-url', 'smol-toml', 'ssh2', 'undici', 'xz-decompress', 'yaml', 'yauzl'];

/** The same of packages that nothing but `import()` brings in. */
const LATE = ['libsodium-wrappers'];

/** Every package that has a file of its own. */
export const PARTS = [...PACKAGES, ...LATE];

/** Large data of our own, likewise. Paths below `src/`. */
export const DATA = ['settings/generated/validate-config.js', 'detect/engine/gram-levels.json'];

/** The file in `dist/` of one of `PACKAGES` or `DATA`. */
export function fileOf(name: string): string {
  return `part-${name.replace(/^@/, '').replace(/\.js(on)?$/, '').replace(/[/.]+/g, '-')}.cjs`;
}

/**
 * Puts in place of an imported module an object whose properties load it when one of them is read: a run loads what it
 * uses, however the sources import it. Works because an import that becomes a `require` is read anew at each use. A module
 * whose default export is called, or extended when a file of ours is loaded, gains nothing and must not be listed.
 */
export function onFirstUse(root: string): Plugin {
  const data = new Map(DATA.map((path) => [join(root, 'src', path), path]));
  return {
    name: 'on-first-use',
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ path, kind, importer, namespace, resolveDir, pluginData }) => {
        if (namespace === 'on-first-use') return { path, external: true };
        if (kind !== 'import-statement' && kind !== 'dynamic-import') return undefined;
        const builtin = path.startsWith('node:') ? path : `node:${path}`;
        if (BUILTINS.includes(builtin)) return { path: builtin, namespace: 'on-first-use' };
        if (PACKAGES.includes(path)) return { path, namespace: 'on-first-use' };
        if (LATE.includes(path)) return { path: `./${fileOf(path)}`, external: true };
        if (!path.startsWith('.') || pluginData === 'resolved' || !DATA.some((name) => name.endsWith(path.replace(/^.*\//, '')))) return undefined;
        const found = data.get((await build.resolve(path, { kind, importer, resolveDir, pluginData: 'resolved' })).path);
        return found === undefined ? undefined : { path: found, namespace: 'on-first-use' };
      });
      build.onLoad({ filter: /./, namespace: 'on-first-use' }, async ({ path }) => {
        const isData = DATA.includes(path);
        const module = (await import(isData ? join(root, 'src', path) : path, path.endsWith('.json') ? { with: { type: 'json' } } : {})) as Readonly<Record<string, unknown>>;
        const names = [...new Set([module, module['default']].flatMap((one) => (typeof one === 'object' && one !== null ? Object.keys(one) : [])))].filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
        const target = isData || PACKAGES.includes(path) ? `./${fileOf(path)}` : path;
        const getters = names.map((name) => `get ${name}() { return load().${name}; },`);
        return { loader: 'js', contents: [`let loaded; const load = () => (loaded ??= require(${JSON.stringify(target)}));`, 'module.exports = {', ...getters, '};'].join('\n') };
      });
    },
  };
}

/** For a package of `PACKAGES` that uses another of them: one copy of it is enough. */
export function sharedPackages(own: string): Plugin {
  return {
    name: 'shared-packages',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path }) => (path !== own && PACKAGES.includes(path) ? { path: `./${fileOf(path)}`, external: true } : undefined));
    },
  };
}
