import { fixCode } from './code.ts';
import { fixShell } from './shell.ts';
import { fixTerraform } from './terraform.ts';
import { none, type Edit, type Place, type Proposal, type Wanted } from './types.ts';
import { fixYaml } from './yaml.ts';

export { applied, type Edit, type Place, type Proposal, type Wanted } from './types.ts';
export { variableFor } from './variable.ts';
export { replaceFile, readForEdit } from './replace-file.ts';
export { maskedChange } from './preview.ts';

/** More text than this is no file that people write. */
export const MAX_TEXT = 2 << 20;

export interface FileToFix {
  /** Relative, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Texts of the files of the same kind beside it; Terraform shares names with them. */
  readonly others: readonly string[];
}

/** What becomes of each place. Edits of different places never overlap; those that are the same are one. */
export function propose({ path, text, others }: FileToFix, wanted: readonly Wanted[]): ReadonlyMap<Place, Proposal> {
  const proposals = proposeEach(path, text, others, wanted);
  const taken: Edit[] = [];
  for (const [place, proposal] of proposals) {
    if (proposal.kind === 'none') continue;
    const clash = proposal.edits.some((edit) => taken.some((other) => !same(edit, other) && edit.start < other.end && other.start < edit.end));
    if (clash) proposals.set(place, none('two credentials overlap there', 'take them out by hand'));
    else taken.push(...proposal.edits);
  }
  return proposals;
}

/** All edits of proposals, each once, in order. */
export function editsOf(proposals: Iterable<Proposal>): readonly Edit[] {
  const edits: Edit[] = [];
  for (const proposal of proposals) if (proposal.kind === 'edit') edits.push(...proposal.edits.filter((edit) => !edits.some((other) => same(edit, other))));
  return edits;
}

function same(a: Edit, b: Edit): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text;
}

function proposeEach(path: string, text: string, others: readonly string[], wanted: readonly Wanted[]): Map<Place, Proposal> {
  const each = (fix: (place: Place, variable: string) => Proposal): Map<Place, Proposal> => new Map(wanted.flatMap(({ places, variable }) => places.map((place) => [place, fix(place, variable)] as const)));
  if (text.length > MAX_TEXT) return each(() => none('the file is too large', 'take it out by hand'));
  const name = path.split('/').at(-1) ?? '';
  if (/^(?:Dockerfile|Containerfile)(?:\..+)?$|\.dockerfile$/i.test(name)) return each((_, variable) => none('an image keeps what ENV, ARG and COPY bring in', `mount it while a command runs: RUN --mount=type=secret,id=${variable} …, and build with --secret id=${variable},env=${variable}`, 'give it to the running container by its environment'));
  if (/^\.env(?:\..+)?$|\.(?:env|envrc)$/.test(name) || /\.(?:properties|ini|tfvars|cfg|conf)$|^\.(?:pypirc|netrc|pgpass)$/.test(name)) return each(() => none('such a file is the place for values, but not in a repository', `add ${path} to .gitignore, and take it out of the index: git rm --cached -- ${path}`, 'commit a sample of it with empty values'));
  if (name === '.npmrc') return each((place, variable) => ({ kind: 'edit', edits: [{ ...place, text: `\${${variable}}` }], notes: ['npm reads it from the environment.'] }));
  if (/\.(?:sh|bash)$/.test(name) || /^#![^\n]*\b(?:ba|da|k|z)?sh\b/.test(text)) return each((place, variable) => fixShell(text, place, variable));
  if (/\.tf$/.test(name)) return each((place, variable) => fixTerraform(text, place, variable, others));
  if (/^\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path)) return each((place, variable) => fixYaml(text, place, variable, 'workflow'));
  if (/^(?:docker-)?compose[^/]*\.ya?ml$/.test(name)) return each((place, variable) => fixYaml(text, place, variable, 'compose'));
  if (/\.ya?ml$/.test(name) && /^\s*["']?apiVersion["']?\s*:/m.test(text) && /^\s*["']?kind["']?\s*:/m.test(text)) return each((place, variable) => fixYaml(text, place, variable, 'manifest'));
  return new Map(fixCode(path, text, wanted) ?? each(() => none('no edit is known for this kind of file', 'take it out by hand and let what reads the file take it from the environment or a secret store')));
}
