/** How a CI run gets a short-lived credential at an issuer by proving who it is (OpenID Connect), instead of keeping a static one. */
export interface Federation {
  readonly how: string;
  readonly reference: string;
  /** Only the public store offers it, no other that speaks the same protocol. */
  readonly publicOnly?: true;
  /** How people name such a static key among the secrets of a CI system. Upper case. */
  readonly secretNames?: RegExp;
}

const AWS: Federation = { how: 'an IAM role that trusts the CI system (AssumeRoleWithWebIdentity)', reference: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html', secretNames: /(?:^|_)AWS_(?:.*_)?(?:ACCESS_KEY(?:_ID)?|ACCESS_KEY_SECRET|SECRET_KEY|SECRET)(?:_[A-Z0-9]+)?$/ };
const GCP: Federation = { how: 'Workload Identity Federation', reference: 'https://cloud.google.com/iam/docs/workload-identity-federation', secretNames: /(?:^|_)(?:GCP|GCLOUD|GOOGLE|GKE)_(?:.*_)?(?:CREDENTIALS?|SA_KEY|KEY_?FILE|SERVICE_ACCOUNT_(?:KEY|JSON)|SA_JSON)(?:_[A-Z0-9]+)?$/ };
const ENTRA: Federation = { how: 'a federated identity credential of Microsoft Entra ID', reference: 'https://learn.microsoft.com/entra/workload-id/workload-identity-federation', secretNames: /(?:^|_)(?:AZURE|ARM)_(?:.*_)?(?:CLIENT_SECRET|CREDENTIALS|STORAGE_(?:ACCOUNT_)?(?:ACCESS_)?KEY)(?:_[A-Z0-9]+)?$/ };
const NPM: Federation = { how: 'trusted publishing', reference: 'https://docs.npmjs.com/trusted-publishers', publicOnly: true, secretNames: /(?:^|_)(?:NPM|NPMJS|NODE_AUTH)_(?:.*_)?TOKEN$/ };
const VAULT: Federation = { how: 'the JWT auth method', reference: 'https://developer.hashicorp.com/vault/docs/auth/jwt', secretNames: /(?:^|_)VAULT_(?:.*_)?TOKEN$/ };
const JFROG: Federation = { how: 'an OpenID Connect integration of the JFrog platform', reference: 'https://jfrog.com/help/r/jfrog-platform-administration-documentation/openid-connect-integration' };
const DATABRICKS: Federation = { how: 'OAuth token federation', reference: 'https://docs.databricks.com/aws/en/dev-tools/auth/oauth-federation' };

/** By rule id. Only issuers whose own documents describe it. */
const TABLE: ReadonlyMap<string, Federation> = new Map([
  ['aws-access-key', AWS],
  ['aws-ecr-password', AWS],
  ['gcp-service-account-key', GCP],
  ['azure-client-secret', ENTRA],
  ['azure-storage-key', ENTRA],
  ['azure-storage-key-identifiable', ENTRA],
  ['azure-acr-password', ENTRA],
  ['npm-access-token', NPM],
  ['pypi-api-token', { how: 'a trusted publisher', reference: 'https://docs.pypi.org/trusted-publishers/', publicOnly: true, secretNames: /(?:^|_)(?:PYPI|TWINE)_(?:.*_)?(?:TOKEN|PASSWORD)$/ }],
  ['rubygems-api-key', { how: 'a trusted publisher', reference: 'https://guides.rubygems.org/trusted-publishing/', publicOnly: true, secretNames: /(?:^|_)(?:RUBYGEMS|GEM_HOST)_(?:.*_)?(?:KEY|TOKEN)$/ }],
  ['crates-io', { how: 'trusted publishing', reference: 'https://crates.io/docs/trusted-publishing', publicOnly: true, secretNames: /(?:^|_)(?:CARGO|CRATES|CRATES_IO)_(?:.*_)?TOKEN$/ }],
  ['vault-service-token', VAULT],
  ['vault-batch-token', VAULT],
  ['vault-token-legacy', VAULT],
  ['jfrog-api-key', JFROG],
  ['jfrog-token', JFROG],
  ['artifactory-api-key', JFROG],
  ['databricks-pat', DATABRICKS],
  ['databricks-oauth-secret', DATABRICKS],
  ['pulumi-access-token', { how: 'an OIDC issuer of the organisation', reference: 'https://www.pulumi.com/docs/pulumi-cloud/access-management/oidc/client/' }],
]);

/** Undefined: nobody documents one for this kind. */
export function federationFor(rule: string): Federation | undefined {
  return TABLE.get(rule);
}

/** A key of which only the name is known, under which a CI system keeps it. */
export interface NamedKey {
  readonly rule: string;
  /** Equal for the parts of one key (`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`). */
  readonly key: string;
}

const CLOUDS: readonly (readonly [rule: string, federation: Federation])[] = [
  ['aws-access-key', AWS],
  ['gcp-service-account-key', GCP],
  ['azure-client-secret', ENTRA],
];

/** Of clouds alone, whose federation stands open to every CI system: a token of a registry may be one of a registry of one's own. Undefined: no such name. */
export function cloudKeyNamed(secretName: string): NamedKey | undefined {
  const name = secretName.toUpperCase();
  const cloud = CLOUDS.find(([, { secretNames }]) => secretNames?.test(name) === true);
  return cloud === undefined ? undefined : { rule: cloud[0], key: name.replace(/SECRET_ACCESS_KEY|ACCESS_KEY_SECRET|ACCESS_KEY_ID|ACCESS_KEY|SECRET_KEY|(?<=^AWS_(?:.*_)?)SECRET/, 'KEY') };
}

/** For the docs and the tests. */
export const FEDERATED_RULES: readonly string[] = [...TABLE.keys()];
