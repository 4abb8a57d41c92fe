import { posix } from 'node:path';
import { ARROWS, DOORS, SHELLS } from './rooms.ts';
import { readSource } from './read-source.ts';
import type { Sight } from './read-source.ts';

/** Paths relative to `src/` with `/`, and their text. */
export type SourceMap = ReadonlyMap<string, string>;

/** One sentence for every place where a file of `sources` breaks a rule of the house; empty when all is well. */
export function breaches(sources: SourceMap): readonly string[] {
  return [...sources].flatMap(([path, text]) => judgeFile(path, readSource(path, text), sources));
}

/** The room of a path: its folder in `src/`, the room within a room, or the file itself when it stands there alone. */
export function roomOf(path: string): string {
  const [outer = path, inner = ''] = path.split('/');
  return Object.hasOwn(ARROWS, `${outer}/${inner}`) ? `${outer}/${inner}` : outer;
}

const outerOf = (room: string): string => room.split('/')[0] ?? room;

function judgeFile(path: string, sights: readonly Sight[], sources: SourceMap): readonly string[] {
  const room = roomOf(path);
  if (!Object.hasOwn(ARROWS, room)) return [`${path}: "${room}" is not a room of src/ARCHITECTURE.md`];
  const shell = SHELLS.includes(room);
  // What a generator wrote keeps the arrows; its style is the generator's.
  const judged = path.includes('/generated/') ? sights.filter(({ kind }) => kind === 'import') : sights;
  return judged.flatMap((sight) => {
    const at = `${path}:${sight.line}`;
    switch (sight.kind) {
      case 'import':
        return judgeImport(path, at, sight.text, sources);
      case 'process':
        return shell ? [] : [`${at}: process belongs to the shells (${SHELLS.join(', ')})`];
      case 'clock':
        return shell ? [] : [`${at}: the clock belongs to the shells: take \`now\` as a parameter`];
      case 'fetch':
        return path.startsWith('lib/http/') ? [] : [`${at}: sockets are opened only in src/lib/http`];
      case 'default-export':
        return [`${at}: exports are named`];
      case 'any':
        return [`${at}: \`any\` is not a type we use`];
      case 'reveal':
        return room === 'issuers' || room === 'respond' || room === 'github' || room === 'forges' || room === 'consumers' ? [] : [`${at}: Secret.reveal() is legal only in src/issuers, src/respond, src/consumers, src/github and src/forges`];
    }
  });
}

function judgeImport(path: string, at: string, specifier: string, sources: SourceMap): readonly string[] {
  if (!specifier.startsWith('.')) return judgePackage(path, at, specifier);
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  if (target.startsWith('../')) return leavesSource(path, target) ? [`${at}: ${specifier} leads out of src/`] : [];
  if (/\.ts$/.test(target) && !sources.has(target)) return [`${at}: ${specifier} does not exist`];
  const from = roomOf(path);
  const to = roomOf(target);
  const allowed = ARROWS[from] ?? [];
  if (outerOf(from) === outerOf(to) || allowed.includes(to) || allowed.includes(outerOf(to))) return [];
  return [`${at}: ${from} may not import ${to} (${specifier}); it may import ${allowed.join(', ') || 'nothing'}`];
}

/** Only the build tools and the bin may name built files; data outside `src/` is read through `src/assets.ts`. */
function leavesSource(path: string, target: string): boolean {
  const mayNameBuilt = roomOf(path) === 'build' || roomOf(path) === 'cli';
  return !(mayNameBuilt && (target.startsWith('../dist/') || target === '../package.json'));
}

function judgePackage(path: string, at: string, specifier: string): readonly string[] {
  const name = specifier.startsWith('node:') ? specifier : packageName(specifier);
  if (roomOf(path) === 'model' && name !== 'node:util') return [`${at}: model imports nothing (${name})`];
  const places = DOORS[name];
  if (places === undefined || places.some((place) => path.startsWith(place))) return [];
  return [`${at}: ${name} may be imported only in ${places.map((place) => `src/${place}`).join(', ')}`];
}

function packageName(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
