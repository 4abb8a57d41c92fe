export type { Download, GitHub, GitHubAnswer } from './client.ts';
export { apiBase, openGitHub } from './open.ts';
export type { OpenGitHub } from './open.ts';
export { GitHubError } from './trouble.ts';
export type { GitHubTrouble } from './trouble.ts';
export { fieldAt, isFields, listAt, numberAt, textAt } from './reading.ts';
export type { Fields } from './reading.ts';
export { gitHeader } from './git-header.ts';
