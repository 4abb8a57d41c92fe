import { buildZip } from '../unit/sources/build-zip.ts';
import { startFakeForge, type FakeForge } from './fake-forge.ts';
import { madeToken } from './made-repositories.ts';

/** A project as the fake knows it. */
export interface FakeProject {
  readonly id: number;
  readonly path: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface FakeGitLab extends FakeForge {
  projects: readonly FakeProject[];
  /** When people last wrote something. */
  talkedAt: string;
}

/** A GitLab of which the group `acme` has `projects`; fields as in GitLab's REST documentation (projects, issues, notes, pipelines, jobs, snippets, releases). */
export async function startFakeGitLab(root: string, projects: readonly FakeProject[]): Promise<FakeGitLab> {
  const state = { projects, talkedAt: '2026-01-01T00:00:00Z' };
  const forge = await startFakeForge({ root, api: '/api/v4', authorization: (token) => `Bearer ${token}`, paging: ['per_page', 100, 'x-total'], routes: (origin) => {
    const shown = ({ id, path, more = {} }: FakeProject): object => ({ id, path_with_namespace: path, http_url_to_repo: `${origin}/${path}.git`, visibility: 'private', archived: false, empty_repo: false, default_branch: 'main', wiki_enabled: false, wiki_access_level: 'disabled', snippets_enabled: false, issues_access_level: 'disabled', merge_requests_access_level: 'disabled', releases_access_level: 'disabled', builds_access_level: 'disabled', ...more });
    const of = (id: string | undefined): FakeProject | undefined => state.projects.find((one) => String(one.id) === id);
    const talks = (id: string | undefined): boolean => of(id)?.more?.['issues_access_level'] === 'enabled';
    const web = (id: string | undefined): string => `${origin}/${of(id)?.path ?? ''}/-`;
    return [
      [/^\/groups\/([^/]+)$/, ([, name]) => (name === 'acme' ? { id: 1, full_path: 'acme' } : undefined)],
      [/^\/groups\/acme\/projects$/, (_, query) => (query.get('include_subgroups') === 'true' ? state.projects.map(shown) : [])],
      [/^\/users$/, (_, query) => (query.get('username') === 'ana' ? [{ id: 5, username: 'ana' }] : [])],
      [/^\/users\/5\/projects$/, () => state.projects.slice(0, 1).map(shown)],
      [/^\/projects\/(acme%2F[^/]+)$/, ([, path]) => state.projects.filter((one) => one.path === path).map(shown)[0]],
      [/^\/projects\/(\d+)\/issues$/, ([, id]) => (talks(id) ? [{ id: 1, iid: 1, title: 'It fails', description: `with ${madeToken(1)} here`, user_notes_count: 2, updated_at: state.talkedAt, web_url: `${web(id)}/issues/1` }] : { status: 403 })],
      [/^\/projects\/(\d+)\/issues\/1\/notes$/, () => [{ id: 7, body: 'changed the title', system: true }, { id: 8, body: `and ${madeToken(2)} too`, system: false }]],
      [/^\/projects\/(\d+)\/merge_requests$/, ([, id]) => (talks(id) ? [{ id: 2, iid: 3, title: 'Mend it', description: null, user_notes_count: 1, updated_at: state.talkedAt, web_url: `${web(id)}/merge_requests/3` }] : { status: 403 })],
      [/^\/projects\/(\d+)\/merge_requests\/3\/notes$/, () => [{ id: 9, type: 'DiffNote', body: `line ${madeToken(3)} here`, system: false }]],
      [/^\/projects\/(\d+)\/releases$/, ([, id]) => [{ tag_name: 'v1', name: 'v1', description: `notes ${madeToken(4)} end`, released_at: '2026-01-01T00:00:00Z', assets: { links: [] }, _links: { self: `${web(id)}/releases/v1` } }]],
      [/^\/projects\/(\d+)\/snippets$/, () => [{ id: 77, title: 'snip' }]],
      [/^\/projects\/(\d+)\/pipelines$/, () => [30, 20, 10].map((id) => ({ id, status: 'success', updated_at: '2026-01-01T00:00:00Z' }))],
      [/^\/projects\/(\d+)\/pipelines\/(\d+)\/bridges$/, ([, project, id]) => (id === '30' ? [{ id: 1, downstream_pipeline: { id: 31, project_id: Number(project) } }, { id: 2, downstream_pipeline: { id: 99, project_id: 4242 } }] : [])],
      [/^\/projects\/(\d+)\/pipelines\/(\d+)\/jobs$/, ([, project, pipeline]) => {
        const job = (id: number, more: object = {}): object => ({ id, name: 'build', status: 'success', started_at: '2026-01-01T00:00:00Z', web_url: `${web(project)}/jobs/${id}`, ...more });
        switch (pipeline) {
          case '30':
            return [job(301), job(302, { artifacts_file: { filename: 'artifacts.zip', size: 500 } }), job(303, { artifacts_file: { filename: 'artifacts.zip', size: 1 << 30 } }), job(304, { started_at: null })];
          case '31':
            return [job(311)];
          default:
            return [job(201, { erased_at: '2026-01-02T00:00:00Z' })];
        }
      }],
      [/^\/projects\/(\d+)\/jobs\/(\d+)\/trace$/, ([, , id]) => (id === '301' || id === '311' ? { status: 200, bytes: Buffer.from(`section_start\nusing ${madeToken(id === '301' ? 5 : 6)} here\n`) } : id === '302' ? { status: 200, bytes: Buffer.from('ok\n') } : { status: 404 })],
      [/^\/projects\/(\d+)\/jobs\/302\/artifacts$/, () => ({ status: 200, bytes: buildZip([{ name: 'deploy.env', content: `GITHUB_TOKEN=${madeToken(7)}\n` }]) })],
    ];
  } });
  return Object.defineProperties(forge, { projects: { get: () => state.projects, set: (value: readonly FakeProject[]) => void (state.projects = value) }, talkedAt: { get: () => state.talkedAt, set: (value: string) => void (state.talkedAt = value) } }) as FakeGitLab;
}
