/** The table of `src/ARCHITECTURE.md` as data: which room may import which. */

/** A room is a folder directly in `src/`, or one of the few files that stand there alone. */
export type Arrows = Readonly<Record<string, readonly string[]>>;

const STAGES = ['sources', 'detect', 'issuers', 'policy', 'respond', 'inventory', 'report', 'rules'] as const;

/** What a room may import besides itself. A room that is missing here may not exist. `a/b` is a room within a room. */
export const ARROWS: Arrows = {
  model: [],
  lib: [],
  'lib/http': ['model'],
  'assets.ts': [],
  settings: ['model', 'lib'],
  rules: ['model', 'lib'],
  sources: ['model', 'lib'],
  detect: ['model', 'lib', 'rules'],
  issuers: ['model', 'lib'],
  github: ['model', 'lib'],
  policy: ['model', 'lib'],
  respond: ['model', 'lib'],
  consumers: ['model', 'lib'],
  fix: ['model', 'lib'],
  inventory: ['model', 'lib'],
  report: ['model', 'lib'],
  waivers: ['model', 'lib'],
  cache: ['model', 'lib'],
  ingest: ['model', 'lib'],
  forges: ['model', 'lib', 'github'],
  clones: ['model', 'lib'],
  organization: ['model', 'lib'],
  alerts: ['model', 'lib'],
  worker: ['model', 'sources', 'detect'],
  'scan-worker.ts': ['model', 'lib', 'assets.ts', 'worker', 'detect', 'rules'],
  pipeline: ['model', 'lib', 'assets.ts', 'scan-worker.ts', 'policy', 'cache'],
  'audit.ts': ['model', 'lib', 'assets.ts', 'scan-worker.ts', 'pipeline', 'cache', ...STAGES],
  assemble: ['model', 'lib', 'audit.ts', 'scan-worker.ts', 'sources', 'detect', 'rules', 'issuers', 'github', 'ingest', 'policy', 'waivers', 'consumers'],
  cli: ['model', 'lib', 'assets.ts', 'audit.ts', 'assemble', 'cache', 'rules', 'settings', 'report', 'respond', 'fix', 'inventory', 'waivers', 'github', 'forges', 'clones', 'organization', 'alerts'],
  action: ['model', 'lib', 'audit.ts', 'assemble', 'cli', 'github', 'report', 'settings'],
  build: ['model', 'lib', 'assets.ts', 'settings', 'github', 'consumers', ...STAGES],
};

/** Shells own the process, its streams, its exit code and the clock. */
export const SHELLS: readonly string[] = ['cli', 'action', 'build'];

/**
 * Doors that lead out of the process: a module, and the places that may open it. Everything else is given what it
 * needs as a parameter. Paths are prefixes relative to `src/`.
 */
export const DOORS: Readonly<Record<string, readonly string[]>> = {
  undici: ['lib/http/'],
  'node:http': ['lib/http/'],
  'node:https': ['lib/http/'],
  'node:http2': ['lib/http/'],
  'node:net': ['lib/http/'],
  'node:tls': ['lib/http/'],
  'node:dns': ['lib/http/'],
  'node:dns/promises': ['lib/http/'],
  'node:dgram': ['lib/http/'],
  'node:child_process': ['clones/', 'sources/git/', 'build/', 'cli/supervise.ts'],
  'node:process': ['cli/', 'action/', 'build/'],
  // Speaks to the database of the user's own choice, which no scanned content can name.
  pg: ['inventory/postgresql/', 'lib/http/', 'issuers/'],
};
