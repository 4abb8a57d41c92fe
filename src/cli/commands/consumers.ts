import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'consumers',
  argument: '[target]',
  argumentHelp: 'the repository or folder (default: here)',
  summary: 'list who takes which secret by its name, for rotations:',
  description:
    'Reads workflows (secrets.NAME), manifests of Kubernetes (secretKeyRef, envFrom, volumes), compose files, Terraform and code that reads variables with names of secrets, and lists what each takes and from where. Says which places a rotation of tokenwarden.yml already knows, where only the name of a variable is told, and which files it could not read to the end. Asks nobody, shows no value.',
  examples: ['tokenwarden consumers', 'tokenwarden consumers ../service'],
  exitCodes: { 0: 'listed, all files read to the end', 2: 'bad usage or configuration', 3: 'some files may take more than was read' },
  run: async (call) => (await import('../run-consumers.ts')).runConsumers(call),
};
