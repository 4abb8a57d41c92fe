import { buildZip } from '../unit/sources/build-zip.ts';
import { startFakeForge, type FakeForge } from './fake-forge.ts';
import { madeToken } from './made-repositories.ts';

/** A Gitea whose organisation `acme` has one repository with everything but a runner can give; what a real one answers is in test/slow. */
export function startFakeGitea(root: string): Promise<FakeForge> {
  return startFakeForge({ root, api: '/api/v1', authorization: (token) => `token ${token}`, paging: ['limit', 50, 'x-total-count'], routes: (origin) => {
    const web = `${origin}/acme/app`;
    const repository = { id: 1, full_name: 'acme/app', private: true, internal: false, fork: false, empty: false, archived: false, mirror: false, size: 10, default_branch: 'main', has_issues: true, has_pull_requests: true, has_wiki: false, has_releases: true, has_actions: true };
    const run = (id: number): object => ({ id, status: 'completed', conclusion: 'success', run_attempt: 1, completed_at: '2026-01-01T00:00:00Z', html_url: `${web}/actions/runs/${id}` });
    return [
      [/^\/orgs\/acme$/, () => ({ id: 1, name: 'acme' })],
      [/^\/orgs\/acme\/repos$/, () => [repository, ...Array.from({ length: 60 }, (_, index) => ({ ...repository, id: 100 + index, full_name: `acme/empty${index}`, empty: true, has_issues: false, has_pull_requests: false, has_releases: false, has_actions: false }))]],
      [/^\/repos\/acme\/app\/issues$/, () => [{ id: 1, number: 1, title: 'It fails', body: `with ${madeToken(1)} here`, html_url: `${web}/issues/1`, pull_request: null }, { id: 2, number: 2, title: 'Mend', body: '', html_url: `${web}/pulls/2`, pull_request: { merged: false } }]],
      [/^\/repos\/acme\/app\/issues\/comments$/, () => Array.from({ length: 51 }, (_, index) => ({ id: index, body: index === 50 ? `and ${madeToken(2)} too` : 'me too', html_url: `${web}/issues/1#issuecomment-${index}` }))],
      [/^\/repos\/acme\/app\/pulls\/2\/reviews$/, () => [{ id: 3, body: `review ${madeToken(3)} said`, comments_count: 1, html_url: `${web}/pulls/2#issuecomment-3` }]],
      [/^\/repos\/acme\/app\/pulls\/2\/reviews\/3\/comments$/, () => [{ id: 4, body: `line ${madeToken(4)} said`, html_url: `${web}/pulls/2#issuecomment-4` }]],
      [/^\/repos\/acme\/app\/releases$/, () => [{ id: 9, tag_name: 'v1', name: 'v1', body: `notes ${madeToken(5)} end`, html_url: `${web}/releases/tag/v1`, assets: [{ id: 1, name: 'deploy.txt', size: 60, uuid: 'u1', browser_download_url: `${origin}/files/6/deploy.txt` }, { id: 2, name: 'elsewhere.txt', size: 60, uuid: 'u2', browser_download_url: 'https://other.example/x' }] }]],
      [/^\/repos\/acme\/app\/actions\/runs$/, (_, query) => ({ total_count: 7, workflow_runs: [13, 12, 11].slice(0, Number(query.get('limit'))).map(run) })],
      [/^\/repos\/acme\/app\/actions\/runs\/(\d+)$/, ([, id]) => run(Number(id))],
      [/^\/repos\/acme\/app\/actions\/runs\/(\d+)\/jobs$/, ([, id]) => ({ total_count: 1, jobs: [{ id: Number(id) * 10, name: 'build', status: 'completed', conclusion: 'success', html_url: `${web}/actions/runs/${id ?? ''}/jobs/0` }] })],
      [/^\/repos\/acme\/app\/actions\/jobs\/(\d+)\/logs$/, ([, id]) => (id === '130' ? { status: 200, bytes: Buffer.from(`2026-11-22T10:00:00.1234567Z using ${madeToken(7)} here\n`) } : id === '120' ? { status: 404 } : { status: 200, bytes: Buffer.from('ok\n') })],
      [/^\/repos\/acme\/app\/actions\/runs\/(\d+)\/artifacts$/, ([, id]) => ({ total_count: 1, artifacts: id === '13' ? [{ id: 5, name: 'out', size_in_bytes: 100, expired: false }, { id: 6, name: 'past', size_in_bytes: 100, expired: true }] : [] })],
      [/^\/repos\/acme\/app\/actions\/artifacts\/5\/zip$/, () => ({ status: 302, location: `${origin}/api/v1/stored/5` })],
      [/^\/stored\/5$/, () => ({ status: 200, bytes: buildZip([{ name: 'deploy.env', content: `GITHUB_TOKEN=${madeToken(8)}\n` }]) })],
    ];
  } });
}
