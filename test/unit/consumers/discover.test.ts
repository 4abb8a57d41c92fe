import { describe, expect, it } from 'vitest';
import { consumersIn } from '../../../src/consumers/index.ts';

const names = (path: string, text: string): readonly string[] => consumersIn(path, text).references.map(({ holder, name, within, line }) => `${line} ${holder} ${name}${within === undefined ? '' : ` in ${within}`}`);

describe('who takes a secret', () => {
  it.each([
    ['a workflow', '.github/workflows/ci.yml', 'env:\n  A: ${{ secrets.NPM_TOKEN }}\n  B: ${{ secrets["OTHER"] }}\n# ${{ secrets.OLD }}\n', ['2 github-actions NPM_TOKEN', '3 github-actions OTHER']],
    ['a Deployment', 'k8s/web.yaml', 'spec:\n  env:\n    - name: T\n      valueFrom:\n        secretKeyRef:\n          name: deploy\n          key: token\n  envFrom:\n    - secretRef: { name: all }\n  volumes:\n    - secret: { secretName: files }\n', ['6 kubernetes token in deploy', '9 kubernetes * in all', '11 kubernetes * in files']],
    ['two documents', 'k8s/two.yaml', 'a: { secretKeyRef: { name: x, key: k } }\n---\nb: { secretKeyRef: { name: y, key: k } }\n', ['1 kubernetes k in x', '3 kubernetes k in y']],
    ['a compose file', 'compose.yaml', 'services:\n  web:\n    environment:\n      TOKEN: ${DEPLOY_TOKEN:?}\nsecrets:\n  db:\n    file: ./db.txt\n  api:\n    environment: API_TOKEN\n', ['4 environment DEPLOY_TOKEN', '6 compose db in ./db.txt', '8 environment API_TOKEN']],
    ['Terraform', 'infra/main.tf', 'data "vault_kv_secret_v2" "ci" {\n  mount = "secret"\n  name  = "ci/deploy"\n}\nresource "github_actions_secret" "x" {\n  repository  = "site"\n  secret_name = "DEPLOY"\n}\nresource "aws_s3_bucket" "b" {\n  name = "n"\n}\n', ['1 vault-kv ci/deploy in secret', '5 github-actions DEPLOY in site']],
    ['Node', 'src/a.ts', "const t = process.env.NPM_TOKEN ?? process.env['API_KEY'];\nconst p = process.env.PORT;\n", ['1 environment NPM_TOKEN', '1 environment API_KEY']],
    ['Python', 'a.py', 'a = os.environ["DB_PASSWORD"]\nb = os.getenv("HOME")\nc = os.environ.get("AWS_SECRET_ACCESS_KEY")\n', ['1 environment DB_PASSWORD', '3 environment AWS_SECRET_ACCESS_KEY']],
    ['Go, Ruby, Java', 'a.go', 'os.Getenv("A_TOKEN"); ENV.fetch("B_TOKEN"); System.getenv("C_TOKEN")\n', ['1 environment A_TOKEN', '1 environment B_TOKEN', '1 environment C_TOKEN'].sort()],
    ['a workflow with the token that GitHub makes itself', '.github/workflows/ci.yml', 'a: ${{ secrets.GITHUB_TOKEN }} ${{ secrets.github_token }} ${{ secrets.GITHUB_TOKEN_2 }}\n', ['1 github-actions GITHUB_TOKEN_2']],
    ['a projected volume', 'k8s/p.yaml', 'projected:\n  sources:\n    - secret:\n        name: api\n', ['4 kubernetes * in api']],
    ['the plain words of a chart', 'chart/templates/d.yaml', 'a: {{ .Values.x }}\nenv:\n  - valueFrom:\n      secretKeyRef:\n        name: db\n        key: password\n  - valueFrom:\n      secretKeyRef:\n        key: k\n        name: {{ .Values.n }}\n', ['4 kubernetes password in db']],
    ['a chart of one that only has values in the lines', 'chart/templates/e.yaml', 'secretName: {{ .Values.x }}\n', []],
    ['npm configuration', '.npmrc', '//registry.example/:_authToken=${NPM_TOKEN}\ncache=${HOME}/x\n', ['1 environment NPM_TOKEN']],
    ['Maven, NuGet and Spring', 'src/application-prod.yml', 'a: ${DB_PASSWORD:none}\nb: ${env.MAVEN_TOKEN}\nc: %NUGET_API_KEY%\nd: ${PORT}\n', ['1 environment DB_PASSWORD', '2 environment MAVEN_TOKEN', '3 environment NUGET_API_KEY']],
    ['GitLab CI', '.gitlab-ci.yml', 'deploy:\n  script:\n    - curl -H "PRIVATE-TOKEN: $DEPLOY_TOKEN" $CI_API_V4_URL\n    # $OLD_TOKEN\n', ['3 gitlab-ci DEPLOY_TOKEN']],
    ['Azure Pipelines', 'azure-pipelines.yml', 'env:\n  A: $(DEPLOY_SECRET)\n', ['2 environment DEPLOY_SECRET']],
    ['a task of ECS', 'infra/taskdef.json', '{"secrets":[{"name":"T","valueFrom":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:ci/deploy-AbCdEf:token::"}]}', ['1 aws-secrets-manager ci/deploy']],
    ['a template of the Vault agent', 'deploy/app.ctmpl', 'TOKEN={{ with secret "secret/data/ci/deploy" }}{{ .Data.data.token }}{{ end }}\n', ['1 vault-kv secret/data/ci/deploy']],
    ['a sensitive variable of Terraform', 'v.tf', 'variable "db_password" {\n  type = string\n  sensitive = true\n}\nvariable "region" {\n}\n', ['1 environment TF_VAR_db_password']],
    ['a shell script, without its own variables', 'deploy.sh', 'KEY=$(cat k)\ntoken=x\ncurl -u "$token:$API_TOKEN" "$KEY" "${DB_PASSWORD:?}"\n', ['3 environment API_TOKEN', '3 environment DB_PASSWORD']],
    ['YAML that takes none', 'config.yml', 'secrets: none\na: ${X}\n', []],
    ['text', 'README.md', 'process.env.NPM_TOKEN', []],
  ])('%s', (_name, path, text, expected) => {
    expect([...names(path, text)].sort()).toEqual([...expected].sort());
  });

  it.each([
    ['.github/workflows/a.yml', 'jobs:\n  a:\n    secrets: inherit\n', /every secret/],
    ['.github/workflows/a.yml', 'env: ${{ secrets[format("X_{0}", matrix.a)] }}\n', /at run time/],
    ['chart/templates/d.yaml', '{{- if .Values.x }}\nsecretKeyRef:\n  name: {{ .Values.n }}\n', /template/],
    ['k8s/broken.yaml', 'secretKeyRef: [\n', /not YAML/],
    ['chart/templates/f.yaml', 'env:\n  - valueFrom:\n      secretKeyRef:\n        name: {{ .Values.n }}\n        key: k\n', /template/],
    ['Jenkinsfile', "environment { T = credentials('deploy') }\n", /credentials of Jenkins/],
    ['Dockerfile', 'RUN --mount=type=secret,id=npm cat /run/secrets/npm\n', /image build/],
    ['.travis.yml', 'env:\n  global:\n    - secure: "abc="\n', /Travis/],
    ['k8s/external.yaml', 'kind: ExternalSecret\nspec:\n  data:\n    - remoteRef:\n        key: ci\n', /remoteRef/],
    ['infra/key.tf', 'data "azurerm_key_vault_secret" "x" {\n  name = "n"\n}\n', /azurerm_key_vault_secret/],
    ['main.tf', 'resource "github_actions_secret" "x" {\n  secret_name = var.name\n}\n', /expressions \(github_actions_secret\.x\)/],
  ])('says what it could not read of %s', (path, text, why) => {
    expect(consumersIn(path, text).unread).toMatch(why);
  });

  it('does not hang or blow up on hostile text', () => {
    const began = performance.now();
    const bomb = `secretKeyRef: x\na: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 30 }, (_, index) => `b${index}: &b${index} [*a,*a,*a,*a,*a,*a,*a]`).join('\n')}\n`;
    consumersIn('k8s/bomb.yaml', bomb);
    consumersIn('k8s/deep.yaml', `secretKeyRef: ${'['.repeat(3000)}`);
    consumersIn('a.ts', `process.env[${' '.repeat(3900)}`.repeat(200));
    consumersIn('.github/workflows/x.yml', `secrets[${' '.repeat(3900)}\n`.repeat(200));
    for (const hostile of ['${a', '<path:', '$(a', '%a', '{{ secret ', 'arn:aws:secretsmanager:a:1:secret:', 'credentials( ']) consumersIn('.gitlab-ci.yml', `${hostile.repeat(Math.floor(3900 / hostile.length))}\n`.repeat(300));
    expect(performance.now() - began).toBeLessThan(3000);
  });
});
