import { spawn } from 'node:child_process';
import { printable } from '../lib/printable.ts';

/** How a git that may use the network is started. */
export interface FetchContext {
  /** The bare repository. */
  readonly folder: string;
  /** `PATH` of the user, in which git is looked for. */
  readonly path: string;
  /** How the host is reached; empty for what needs no network. */
  readonly access: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface GitEnd {
  readonly code: number;
  /** What git complained of, one line, without user information of URLs and control characters. */
  readonly complaint: string;
  readonly stdout: string;
}

const MAX_TEXT = 32 << 20;

/** Nothing here starts a program that a repository, a server, or a file of the machine names. */
const FIXED: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.alternateRefsCommand=',
  'gpg.program=/bin/false',
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.recurseSubmodules=false',
  'submodule.recurse=false',
  'fetch.writeCommitGraph=false',
  'fetch.unpackLimit=1',
  'fetch.bundleURI=',
  'transfer.bundleURI=false',
  'transfer.advertiseSID=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
  'http.sslVerify=true',
  'http.cookieFile=',
  'protocol.version=2',
  'pack.threads=1',
  'safe.bareRepository=all',
  'safe.directory=*',
];

/** Runs git in a bare repository of ours. Never rejects: -1 is a git that could not be started or was stopped. */
export function runGit({ folder, path, access, signal }: FetchContext, args: readonly string[], input = ''): Promise<GitEnd> {
  return new Promise((resolve) => {
    const child = spawn('git', ['--no-pager', ...FIXED.flatMap((entry) => ['-c', entry]), ...args], {
      cwd: folder,
      env: {
        PATH: path,
        LC_ALL: 'C',
        HOME: '/nonexistent',
        GIT_DIR: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_ATTR_NOSYSTEM: '1',
        GIT_NO_REPLACE_OBJECTS: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_ASKPASS: '/bin/false',
        GIT_ALLOW_PROTOCOL: 'none',
        ...access,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      signal,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (stdout.length < MAX_TEXT) stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (stderr.length < 65_536) stderr += chunk;
    });
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', (error) => resolve({ code: -1, complaint: `git cannot be started: ${printable(error.message).slice(0, 100)}`, stdout: '' }));
    child.on('close', (code) => resolve({ code: code ?? -1, complaint: complaintIn(stderr), stdout }));
  });
}

/** A server may say anything on the side channel (`remote: …`): git's own words are preferred. */
function complaintIn(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const line = lines.find((text) => text.startsWith('fatal:')) ?? lines.find((text) => text.startsWith('error:')) ?? lines.find((text) => !text.startsWith('remote:')) ?? '';
  return printable(line.replace(/^(?:fatal|error): /, '').replace(/:\/\/[^/\s@]*@/g, '://')).slice(0, 200);
}
