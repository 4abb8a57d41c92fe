import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { setUpSurroundings, type SurroundSetup } from '../../../src/assemble/surroundings.ts';
import type { Occurrence, Origin, Surroundings } from '../../../src/model/index.ts';
import { credentialOf, introspectionOf, NOW, type PlaceRow, type RecordRow } from '../policy/record.ts';

const root = mkdtempSync(join(tmpdir(), 'tokenwarden-surroundings-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
mkdirSync(join(root, 'docs'));
writeFileSync(join(root, 'docs/CODEOWNERS'), '* @org/all\n/deploy/ @org/platform\n');

const source = { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [], environment: { PATH: process.env['PATH'] ?? '' } } as const;
const setup: SurroundSetup = { owners: [], configuration: 'tokenwarden.yml', remembered: () => Promise.resolve(undefined), source };

async function gather(places: readonly PlaceRow[], more: Partial<SurroundSetup> = {}, introspection?: RecordRow['introspection'], target = root): Promise<Surroundings> {
  const credential = credentialOf({ places });
  const readAgain = new Map<Origin, Occurrence>(credential.occurrences.map(({ origin }) => [origin, { target, origin, startLine: 1 }]));
  const of = await setUpSurroundings({ ...setup, ...more })({ credentials: [credential], ids: ['id'], readAgain, repositories: new Map([[root, { branch: 'main' }]]) });
  return of({ id: 'id', credential, introspection: introspectionOf(introspection) });
}

describe('what checks may know beside the issuer', () => {
  it('knows environments by the names of folders and files', async () => {
    const paths = ['deploy/prod/x.env', 'production/a', '.env.production', 'values-staging.yaml', 'app/dev/a.txt', 'config.dev.json', 'src/product/a', 'reproduce/a', 'devices/a', 'live.md'];
    expect((await gather(paths)).places?.map(({ environment }) => environment)).toEqual(['prod', 'prod', 'prod', 'staging', 'dev', 'dev', 'none', 'none', 'none', 'none']);
  });

  it('takes environments of the configuration instead, the first that fits', async () => {
    const environments = { eu: ['eu/**'], live: ['**/live/**'] };
    expect((await gather(['eu/live/a', 'us/live/a', 'prod/a'], { environments })).places?.map(({ environment }) => environment)).toEqual(['eu', 'live', 'none']);
  });

  it('reads CODEOWNERS of the target, and lets owners: decide first, the last that fits', async () => {
    const owners = [{ path: 'deploy/**', owner: 'first' }, { path: 'deploy/x/**', rule: 'example-*', owner: 'second' }, { rule: 'other', owner: 'third' }];
    expect((await gather(['a', 'deploy/a'])).places?.map(({ owners: named }) => named)).toEqual([
      { names: ['@org/all'], from: 'codeowners', source: 'docs/CODEOWNERS:1' },
      { names: ['@org/platform'], from: 'codeowners', source: 'docs/CODEOWNERS:2' },
    ]);
    expect((await gather(['a', 'deploy/a', 'deploy/x/a'], { owners })).places?.map(({ owners: named }) => named?.source)).toEqual(['docs/CODEOWNERS:1', 'tokenwarden.yml: owners[0]', 'tokenwarden.yml: owners[1]']);
  });

  it('says who owns what lies in an archive, and that nobody is known without a file', async () => {
    expect((await gather([{ kind: 'member', path: 'x', archive: 'deploy/a.zip' }])).places?.[0]?.owners?.names).toEqual(['@org/platform']);
    const empty = mkdtempSync(join(root, 'empty-'));
    expect((await gather(['a'], {}, undefined, empty)).places?.[0]?.owners).toEqual({ names: [], from: 'nowhere', source: 'no CODEOWNERS file and owners: of tokenwarden.yml' });
  });

  it('knows which secrets the workflows of its tree take, and of no other', async () => {
    const tree = mkdtempSync(join(root, 'tree-'));
    mkdirSync(join(tree, '.github/workflows'), { recursive: true });
    writeFileSync(join(tree, '.github/workflows/deploy.yml'), 'env:\n  ID: ${{ secrets.AWS_ACCESS_KEY_ID }}\n  # ${{ secrets.OLD }}\n');
    writeFileSync(join(tree, '.github/workflows/notes.md'), '${{ secrets.NONE }}\n');
    expect((await gather(['a'], {}, undefined, tree)).workflowSecrets).toEqual([{ name: 'AWS_ACCESS_KEY_ID', path: '.github/workflows/deploy.yml', line: 2 }]);
    expect(await gather(['a'])).not.toHaveProperty('workflowSecrets');
    expect(await gather(['a'], {}, undefined, join(root, 'gone'))).not.toHaveProperty('workflowSecrets');
  });

  it('knows the branch of files, and of nothing else', async () => {
    expect((await gather(['a', { kind: 'commit', path: 'a' }])).places?.map(({ branch }) => branch)).toEqual(['main', undefined]);
  });

  it('leaves out what nobody remembers, and says what an inventory does not know', async () => {
    expect(await gather(['a'])).not.toHaveProperty('firstSeenAt');
    expect(await gather(['a'], { remembered: () => Promise.resolve(new Map()) })).toMatchObject({ firstSeenAt: 'this-run', lastAnswerAt: 'never', recordedScopes: 'none', attestation: 'none' });
    expect(await gather(['a'], { remembered: () => Promise.resolve(new Map([['id', { firstSeenAt: NOW }]])) })).toMatchObject({ firstSeenAt: NOW, attestation: 'none' });
  });

  it('finds the entry of a token by all that it names', async () => {
    const { fingerprint } = credentialOf();
    const entry = { purpose: 'p', owner: 'o' };
    const active = { status: 'active', facts: { tokenId: '7', name: 'n', sub: 's' } };
    const declared = async (token: object, introspection: RecordRow['introspection'] = active) => (await gather(['a'], { tokens: [{ ...entry, name: 'another' }, { ...entry, ...token }] }, introspection)).declaration;
    for (const token of [{ fingerprint }, { tokenId: '7' }, { name: 'n', issuer: 'example' }, { identity: 's', rule: 'example-*' }, { tokenId: '7', issuer: 'example-store' }]) expect(await declared(token)).toMatchObject({ place: 'tokens[1]' });
    for (const token of [{ fingerprint: 'tw1:f' }, { tokenId: '8' }, { tokenId: '7', name: 'm' }, { identity: 's', rule: 'other' }, { name: 'n', issuer: 'gitlab' }]) expect(await declared(token)).toBe('undeclared');
    expect(await declared({ tokenId: '7' }, { status: 'unknown', why: 'timeout', detail: '' })).toBe('undeclared');
    expect(await declared({ fingerprint }, { status: 'unknown', why: 'timeout', detail: '' })).toMatchObject({ owner: 'o' });
    expect((await gather(['a'])).declaration).toBeUndefined();
    expect((await gather(['a'], { tokens: [] })).declaration).toBe('undeclared');
  });

  it('tells the sides of a promotion, also within one repository', async () => {
    const promotion = { from: 'dist', to: 'prod', fromPlace: { root, scope: 'dist' } };
    expect((await gather(['dist/a', 'dist2/a', 'deploy/prod/a', 'dist'], { promotion })).places?.map(({ side }) => side)).toEqual(['from', undefined, 'to', 'from']);
    const archive = { from: 'app.zip', to: 'prod', fromPlace: { root, scope: 'app.zip' } };
    expect((await gather([{ kind: 'member', path: 'x', archive: 'app.zip' }], { promotion: archive })).places?.[0]?.side).toBe('from');
  });
});

it('a CODEOWNERS file that is a link is not followed', async () => {
  const folder = mkdtempSync(join(root, 'linked-'));
  symlinkSync(join(root, 'docs/CODEOWNERS'), join(folder, 'CODEOWNERS'));
  expect((await gather(['deploy/a'], {}, undefined, folder)).places?.[0]?.owners).toMatchObject({ names: [], from: 'nowhere' });
});
