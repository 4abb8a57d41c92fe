import { generateKeyPairSync } from 'node:crypto';
import ssh2 from 'ssh2';
import { sshFingerprint, sshPublicKey } from '../../../../src/issuers/reading/ssh-public-key.ts';
import type { ScriptedServer } from './scripted-server.ts';

const HOST_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

/** `{{ssh-host-key}}`, with its plus signs as a URL's query wants them. */
export const SSH_HOST_KEY = sshFingerprint(sshPublicKey(HOST_KEY) ?? '');

/** Each way of signing in is a request: `none USER`, `publickey USER`. `refused.code`: what the server would take, between commas. */
export const ssh: ScriptedServer = (socket, ask) => {
  const server = new ssh2.Server({ hostKeys: [HOST_KEY] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      const answer = ask({ method: 'SIGN-IN', path: `${context.method} ${context.username}`, isPassword: () => true });
      if (answer.refused === undefined) context.accept();
      else context.reject(answer.refused.code.split(',').filter((one) => one !== '') as ssh2.AuthenticationType[]);
    });
  });
  server.injectSocket(socket);
};
