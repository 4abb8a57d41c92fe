import type { Location } from '../../model/index.ts';
import { isLog, pathOf } from '../../model/index.ts';
import { path } from './places.ts';

/** A place that machines read, and no person. */
export interface Automation {
  /** `a workflow of GitHub Actions`. */
  readonly what: string;
  /** A place of continuous integration, where a run can prove who it is. */
  readonly isCi: boolean;
}

const CI: readonly (readonly [pattern: string, what: string])[] = [
  ['**/.github/workflows/*.y*ml', 'a workflow of GitHub Actions'],
  ['**/.github/actions/**', 'an action of GitHub Actions'],
  ['**/.gitea/workflows/*.y*ml', 'a workflow of Gitea Actions'],
  ['**/.forgejo/workflows/*.y*ml', 'a workflow of Forgejo Actions'],
  ['*.gitlab-ci.y*ml', 'a GitLab CI pipeline'],
  ['**/.gitlab/ci/**', 'a GitLab CI pipeline'],
  ['bitbucket-pipelines.yml', 'a Bitbucket pipeline'],
  ['azure-pipelines*.y*ml', 'an Azure pipeline'],
  ['**/.azure-pipelines/**', 'an Azure pipeline'],
  ['**/.circleci/*.y*ml', 'a CircleCI configuration'],
  ['**/.buildkite/**', 'a Buildkite pipeline'],
  ['.drone.y*ml', 'a Drone pipeline'],
  ['.woodpecker*', 'a Woodpecker pipeline'],
  ['.travis.yml', 'a Travis CI configuration'],
  ['appveyor.yml', 'an AppVeyor configuration'],
  ['cloudbuild.y*ml', 'a Cloud Build configuration'],
  ['buildspec*.y*ml', 'a CodeBuild configuration'],
  ['Jenkinsfile*', 'a Jenkins pipeline'],
  ['**/.semaphore/**', 'a Semaphore pipeline'],
];

const DEPLOYED: readonly (readonly [pattern: string, what: string])[] = [
  ['Dockerfile*', 'an image definition'],
  ['*.Dockerfile', 'an image definition'],
  ['Containerfile*', 'an image definition'],
  ['docker-compose*.y*ml', 'a Compose file'],
  ['compose*.y*ml', 'a Compose file'],
  ['*.tf', 'a Terraform file'],
  ['*.tfvars', 'a Terraform file'],
  ['helmfile*.y*ml', 'a Helm file'],
  ['crontab', 'a crontab'],
  ['*.service', 'a service unit'],
];

/** Undefined where a person may well be the reader. */
export function automationAt({ origin }: Location): Automation | undefined {
  if (isLog(origin)) return { what: 'a CI log', isCi: true };
  if (origin.kind === 'message' || origin.kind === 'stdin' || origin.kind === 'url' || origin.kind === 'issuer') return undefined;
  const where = pathOf(origin);
  const hit = (table: typeof CI): string | undefined => table.find(([pattern]) => path(pattern)(where))?.[1];
  const ci = hit(CI);
  if (ci !== undefined) return { what: ci, isCi: true };
  const deployed = hit(DEPLOYED);
  return deployed === undefined ? undefined : { what: deployed, isCi: false };
}
