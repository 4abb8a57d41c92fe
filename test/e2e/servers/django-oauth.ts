import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const TOOLKIT = '3.4.1';
const DJANGO = '5.2.8';

/** A real django-oauth-toolkit on 127.0.0.1: a second dialect of RFC 7662 and RFC 7009, in a folder of its own. */
export interface DjangoOauthServer {
  /** No trailing slash. Its endpoints lie below `/o/`. */
  readonly url: string;
  /** A confidential client; only tokens of its own may it revoke. */
  readonly client: { readonly id: string; readonly secret: string };
  /** A client-credentials token through the real token endpoint. */
  readonly mint: (scope: string) => Promise<string>;
  /** Whether a view that the toolkit guards lets the token in. */
  readonly isLetIn: (token: string) => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Why the server cannot run here, or its Python. Installs the pinned packages once into `.cache/`. */
export async function prepareDjangoOauth(): Promise<{ readonly python: string } | { readonly missing: string }> {
  const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));
  const home = join(cache, `django-oauth-toolkit-${TOOLKIT}`);
  const python = join(home, 'bin', 'python');
  const isThere = async (): Promise<boolean> => run(python, ['-c', 'import oauth2_provider, django']).then(() => true, () => false);
  if (await isThere()) return { python };
  try {
    await mkdir(cache, { recursive: true });
    await rm(home, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', home]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `django-oauth-toolkit==${TOOLKIT}`, `Django==${DJANGO}`], { timeout: 110_000 });
    return (await isThere()) ? { python } : { missing: `django-oauth-toolkit==${TOOLKIT} does not run on this machine` };
  } catch (error) {
    return { missing: `django-oauth-toolkit==${TOOLKIT} could not be installed: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}` };
  }
}

/** Starts on a free port with an empty database, one client, and tokens of an hour. */
export async function startDjangoOauth(python: string): Promise<DjangoOauthServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-django-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const client = { id: 'auditor', secret: randomBytes(24).toString('base64url') };
  const site = join(folder, 'site.py');
  await writeFile(site, SITE);
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, DATABASE: join(folder, 'db.sqlite3'), DJANGO_KEY: randomBytes(24).toString('hex'), CLIENT_ID: client.id, CLIENT_SECRET: client.secret };
  await run(python, [site, 'migrate', '--verbosity', '0'], { env, cwd: folder });
  await run(python, [site, 'shell', '--no-imports', '--verbosity', '0', '--command', MAKE_CLIENT], { env, cwd: folder });
  const child = await startChildServer({
    name: 'django-oauth-toolkit',
    command: python,
    args: [site, 'runserver', '--noreload', url.replace('http://', '')],
    env,
    cwd: folder,
    isReady: async () => (await fetch(`${url}/guarded`)).status === 403,
  });
  return {
    url,
    client,
    mint: async (scope) => {
      const response = await fetch(`${url}/o/token/`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
      });
      if (!response.ok) throw new Error(`django-oauth-toolkit answered ${response.status} to token`);
      return ((await response.json()) as { access_token: string }).access_token;
    },
    isLetIn: async (token) => (await fetch(`${url}/guarded`, { headers: { authorization: `Bearer ${token}` } })).status === 200,
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const SITE = `
import os, sys
import django
from django.conf import settings
settings.configure(
    SECRET_KEY=os.environ['DJANGO_KEY'], ALLOWED_HOSTS=['127.0.0.1'], ROOT_URLCONF='__main__', USE_TZ=True,
    PASSWORD_HASHERS=['django.contrib.auth.hashers.MD5PasswordHasher'],  # a client's secret is random; slow hashing would only make tests wait
    DEFAULT_AUTO_FIELD='django.db.models.BigAutoField',
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.environ['DATABASE']}},
    INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions', 'oauth2_provider'],
    MIDDLEWARE=['django.contrib.sessions.middleware.SessionMiddleware', 'django.contrib.auth.middleware.AuthenticationMiddleware'],
    OAUTH2_PROVIDER={'SCOPES': {'read': 'read', 'write': 'write', 'introspection': 'introspection'}, 'ACCESS_TOKEN_EXPIRE_SECONDS': 3600},
)
django.setup()
from django.http import HttpResponse
from django.urls import include, path
from oauth2_provider.decorators import protected_resource
guarded = protected_resource()(lambda request: HttpResponse('in'))
urlpatterns = [path('guarded', guarded), path('o/', include('oauth2_provider.urls', namespace='oauth2_provider'))]
if __name__ == '__main__':
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
`;

const MAKE_CLIENT = `
import os
from oauth2_provider.models import Application
Application.objects.create(name='auditor', client_id=os.environ['CLIENT_ID'], client_secret=os.environ['CLIENT_SECRET'], client_type='confidential', authorization_grant_type='client-credentials')
`;
