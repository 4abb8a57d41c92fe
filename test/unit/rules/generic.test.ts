import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCatalogue, matchAll } from '../../../src/rules/index.ts';
import { kindOfName } from '../../../src/rules/generic/secret-name.ts';
import { readValue } from '../../../src/rules/generic/read-value.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const { rules } = await loadCatalogue(fileURLToPath(new URL('../../../rules', import.meta.url)));
const PASSWORD = writeRecipe('<strong:12>', seededRandom('password')).replace(/[^A-Za-z0-9]/, '8');
const TOKEN = writeRecipe('<base36:32>', seededRandom('token'));

function shown(text: string): readonly { readonly rule: string; readonly value: string }[] {
  return matchAll(rules, Buffer.from(text).toString('latin1'))
    .filter(({ confidence, rule }) => confidence !== 'low' && !rule.companionOnly)
    .map(({ rule, value }) => ({ rule: rule.id, value }));
}

describe('a secret that configuration or code assigns is reported, exactly its bytes', () => {
  it.each([
    'DB_PASSWORD={P}',
    'export DB_PASSWORD="{P}"',
    'password: "{P}"',
    '"password": "{P}",',
    '{"a":1,"password":"{P}","b":2}',
    '{\\"password\\":\\"{P}\\"}',
    '<password>{P}</password>',
    '<property name="password">{P}</property>',
    '<property name="password" value="{P}"/>',
    '<add key="SmtpPassword" value="{P}" />',
    'spring.datasource.password={P}',
    "define('DB_PASSWORD', '{P}');",
    '$db_pass = "{P}";',
    'String password = "{P}";',
    'const password: string = \'{P}\';',
    'password := "{P}"',
    ":password => '{P}',",
    'ENV DB_PASS {P}',
    'Server=db;User Id=sa;Password={P};',
    'jdbc:mysql://db/x?user=app&password={P}',
    "  - name: DB_PASSWORD\n    value: '{P}'\n",
    'PGPASSWORD={P} psql -h db',
    'mysqldump --password={P} db',
    'password: {P} # production',
    'password = {P}\r\nnext = 1\r\n',
  ])('%s', (line) => {
    expect(shown(line.replace('{P}', PASSWORD)).map(({ value }) => value)).toEqual([PASSWORD]);
  });

  it.each([
    'API_KEY={T}',
    'apiKey = "{T}"',
    '"clientSecret": "{T}"',
    'SECRET_KEY = \'{T}\'',
    'jwt_secret: {T}',
    'X-Api-Key: {T}',
    '--token {T}',
    'Authorization: Bearer {T}',
    'Authorization: Token {T}',
    'curl "https://api.acme.internal/v1?access_token={T}&page=2"',
    'token = {T} # production',
  ])('%s', (line) => {
    expect(shown(line.replace('{T}', TOKEN)).map(({ value }) => value)).toEqual([TOKEN]);
  });

  it.each([
    ['password: {V}', 'Tr0ub4dor&3'],
    ['password: {V}', 'p@ss;w0rd!99'],
    ['password: {V} # production', 'ab,Cd9$kL#p2'],
    ['API_PASSWORD={V}', 'Kx9&mmQ2!tt'],
    ['export Y_PASSWORD={V}', 'aB3,dE6;fG9#zz'],
    ['db.password = {V} ; since May', 'p@ss;w0rd!99'],
    ['[db]\r\n  password = {V}\r\nport = 1', 'p@ss;w0rd!99'],
    ['  - name: DB_PASSWORD\n    value: {V}\n', 'Kx9&mmQ2!tt'],
  ])('a bare password alone on its line is the whole rest of it: %s', (line, password) => {
    expect(shown(line.replace('{V}', () => password)).map(({ value }) => value)).toEqual([password]);
  });

  it.each([
    ['password={P}&page=2', 'a form'],
    ['Password={P};Server=db', 'a connection string'],
    ['Password={P};', 'a statement'],
    ['DB_PASSWORD={P}&&psql', 'a command'],
    ['DB_PASSWORD={P};export DB_PASSWORD', 'two commands'],
    ['DB_PASSWORD={P}&amp;more', 'HTML'],
  ])('where a separator begins something else it ends the password: %s (%s)', (line) => {
    expect(shown(line.replace('{P}', PASSWORD)).map(({ value }) => value)).toEqual([PASSWORD]);
  });

  it.each([
    'password: "{V}",',
    'Password = "{V}";',
    '.withPassword("{V}")',
    'config.setPassword("{V}");',
    'user.password("{V}").roles("USER")',
    'public string Password { get; set; } = "{V}";',
    'const PASSWORD: &str = "{V}";',
    'static const char password[] = "{V}";',
    '#define DB_PASSWORD @"{V}"',
    'password <- "{V}"',
    'Dim password As String = "{V}"',
    '{password, "{V}"},',
    '["redis-server", "--requirepass", "{V}"]',
    "parser.add_argument('--password', default='{V}')",
    '{ "key": "password", "value": "{V}" }',
    '@Value("${db.password:{V}}")',
    '| Password | {V} |',
    '# default password: {V}',
    'PGPASSWORD={V} psql -h db',
    './deploy --password={V} --force',
    '<password><![CDATA[{V}]]></password>',
    '<property name="password" type="string">{V}</property>',
    'password is "{V}"',
  ])('a password that somebody chose is reported: %s', (line) => {
    const chosen = ['Falcon', '2019'].join('') + '!';
    expect(shown(line.replace('{V}', () => chosen)).map(({ value }) => value)).toEqual([chosen]);
  });

  it('finds every assignment of a line that holds several', () => {
    expect(shown(`a.password="${PASSWORD}"; b.apiKey="${TOKEN}"`).map(({ value }) => value)).toEqual([PASSWORD, TOKEN]);
  });
});

describe('what only looks like a secret is not reported', () => {
  it.each([
    'password: string;',
    'PASS: word',
    'PASS: gas/testsuite/i386-12',
    'XPASS: foo-bar12',
    '2026-11-02T08:11:02Z PASS: binutils-all/ar-thin2',
    'MACHINE_FUNCTION_PASS("expandvp2", ExpandVP2, ())',
    'minipass "^3.1.1"',
    '  password: Uint8Array',
    'PWD=/home/foo/bar2',
    'getPassword("db-prod-1")',
    'expect(hashPassword("kjwepz8")).toBe(1)',
    'passwd:x:1000:1000',
    'password = hashedPassword2;',
    '"password": "FTS5_MAX_TOKEN_SIZE"',
    'token = "0x1234abcd5678ef90"',
    'password = getpass.getpass()',
    'password = foo(a9, b);',
    '{pwd: a9, other: b}',
    '  password: isStrong&hasSalt',
    '  pass: 10,20;30',
    'password: string|undefined',
    'password = hashing&checking9',
    "password = request.form['password']",
    'token: req.headers.authorization',
    '"password": "Password"',
    'password: { type: String, required: true }',
    'api_key = os.environ["API_KEY"]',
    'apiKey: process.env.API_KEY,',
    'token = self.tokenizer.next_token()',
    'secretKeyRef: my-secret-name',
    'secretName: app-tls-secret',
    `password: ENC(${TOKEN})`,
    'password: "${DB_PASSWORD:-}"',
    'password: {{ .Values.db.password }}',
    'token: ${{ secrets.GITHUB_TOKEN }}',
    'password = %(db_password)s',
    `"integrity": "sha512-${TOKEN}${TOKEN}=="`,
    '"tokenType": "Bearer"',
    'passwordResetUrl = "/reset/1"',
    'if (password === "") {',
    'auth: "oauth2-client-credentials-v2"',
    `public_key = "${TOKEN}"`,
    `publishableKey: "${TOKEN}"`,
    `csrf_token = "${TOKEN}"`,
    `passwordHash = "${TOKEN}"`,
    `token_sha256 = "${TOKEN}"`,
    'secret_name = "prod/db/password-2024"',
    'password_file: /run/secrets/db_password',
    'const TOKEN_REGEX = "[a-z0-9]{32}";',
    'token_url: https://login.acme.example/oauth2/v2.0/token',
    'api_key: <your api key>',
    'auth_token="your-auth-token-here-1234"',
    "api_key='1234567890abcdef1234567890abcdef'",
    "password: '********'",
    'password: "xxxxxxxx"',
    'password: "Enter your password"',
    'password: "Contraseña"',
    "['password', 'private-key', 'api-token-2']",
    '/** `password_prod`, `api_key2`, `secret_value`. */',
    'token = "7d444840-9dc0-11d1-b245-5ffdce74fad2"',
    'key = "cache:user:1234:profile:v2"',
    `"hash": "${TOKEN}"`,
    'secret: true',
    'password: null',
    'accessToken: getAccessTokenFromRequest(request)',
    'postgres://user:password@localhost:5432/db',
    'https://${USER}:${PASSWORD}@git.acme.internal/x.git',
    'http://localhost:8080@x',
    'Authorization: Bearer <token>',
    'Authorization: Basic dXNlcjpwYXNzd29yZA==',
    'Authorization: Bearer $TOKEN',
  ])('%s', (line) => {
    expect(shown(line)).toEqual([]);
  });
});

it.each([
  ['DB_PASSWORD', 'password'],
  ['dbPasswordProd', 'password'],
  ['clientSecret', 'token'],
  ['x-api-key', 'token'],
  ['aws_secret_access_key', 'token'],
  ['passwordField', 'other'],
  ['token_type', 'other'],
  ['primaryKey', 'other'],
  ['publicKey', 'other'],
  ['tokenizer', 'other'],
  ['compass', 'other'],
  ['monkey', 'other'],
  ['', 'other'],
])('the name %s promises: %s', (name, kind) => {
  expect(kindOfName(name)).toBe(kind);
});

it.each([
  ['"a b" + x', { value: 'a b', quote: '"', rest: ' + x' }],
  ["'it\\'s'", { value: "it\\'s", quote: "'", rest: '' }],
  ['\\"x\\",', { value: 'x', quote: '\\"', rest: ',' }],
  ['bare; next', { value: 'bare', quote: '', rest: '; next' }],
  ['"open', undefined],
  ['', undefined],
])('readValue(%s)', (text, value) => {
  expect(readValue(text)).toEqual(value);
});
