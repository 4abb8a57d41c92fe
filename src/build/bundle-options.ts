import type { BuildOptions } from 'esbuild';

type WithMetafile = BuildOptions & { readonly metafile: true };

/** Native parts that a package does without where they are not there. */
const OPTIONAL = ['cpu-features', '*/sshcrypto.node'];

/** For every bundle. */
export function commonOptions(root: string): WithMetafile {
  // Names of packages' folders stand in bundles: a `node_modules` that is a link must not change them.
  return { preserveSymlinks: true, absWorkingDir: root, bundle: true, platform: 'node', legalComments: 'none', charset: 'ascii', logLevel: 'warning', metafile: true, external: OPTIONAL };
}

/** For those that are loaded at each start: CommonJS, so that a `require` can wait until it is needed. */
export function leanOptions(root: string): WithMetafile & { readonly format: 'cjs' } {
  return { ...commonOptions(root), format: 'cjs', target: 'node22.18', minifyWhitespace: true, minifySyntax: true, define: { 'import.meta.url': 'moduleUrl' }, banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" }, metafile: true };
}
