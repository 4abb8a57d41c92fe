import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { SeededRandom } from '../../../src/rules/seeded-random.ts';

/** Writes a token in a form that programs and people have for it. */
export type Write = (token: string, random: SeededRandom) => string | Uint8Array;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const each = (text: string, code: (point: number) => string): string => [...text].map((character) => code(character.codePointAt(0) as number)).join('');
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const lines = (text: string, width: number, indent = '', end = ''): string => text.replace(new RegExp(`(.{${width}})(?=.)`, 'g'), `$1${end}\n${indent}`);

/** `count` pieces of a text, none shorter than three characters. */
function cut(text: string, count: number, random: SeededRandom): readonly string[] {
  const part = Math.floor(text.length / count);
  const ends = Array.from({ length: count - 1 }, (_, index) => part * (index + 1) + random.below(3) - 1);
  return [0, ...ends].map((start, index) => text.slice(start, ends[index] ?? text.length));
}

/** Two pieces as `make` writes them. */
const two = (make: (a: string, b: string) => string): Write => (token, random) => make(...(cut(token, 2, random) as [string, string]));
const three = (make: (a: string, b: string, c: string) => string): Write => (token, random) => make(...(cut(token, 3, random) as [string, string, string]));
const utf16 = (text: string, bigEndian: boolean): Buffer => (bigEndian ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'utf16le'));
/** Bytes as a program file has them, with some zeros. */
const machine = (length: number, random: SeededRandom): Buffer => Buffer.from(random.bytes(length).map((byte, index) => (index % 7 === 0 ? 0 : byte)));

function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = (bits.match(/.{1,5}/g) ?? []).map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
  return digits.padEnd(Math.ceil(digits.length / 8) * 8, '=');
}

/** As `xxd` writes: offset, eight groups of two bytes, the text. */
function xxd(text: string): string {
  return dump(text, (at, bytes, shown) => `${hex(at, 8)}: ${(bytes.toString('hex').match(/.{1,4}/g) ?? []).join(' ').padEnd(39)}  ${shown}`);
}

function dump(text: string, line: (at: number, bytes: Buffer, shown: string) => string): string {
  const all = Buffer.from(text);
  return Array.from({ length: Math.ceil(all.length / 16) }, (_, index) => {
    const bytes = all.subarray(index * 16, index * 16 + 16);
    return line(index * 16, bytes, bytes.toString('latin1').replace(/[^ -~]/g, '.'));
  }).join('\n');
}

const pairs = (bytes: Buffer): string => (bytes.toString('hex').match(/../g) ?? []).join(' ');

/** How a token is spelled: whatever file it is in, it is put into. */
export const SPELLINGS: Readonly<Record<string, Write>> = {
  'base64': (t) => `value: "${base64(`token=${t}\n`)}"`,
  'base64, bare token': (t) => `data = '${base64(t)}'`,
  'base64 without padding': (t) => `data = '${base64(`x ${t}`).replace(/=+$/, '')}'`,
  'base64url': (t) => `data = '${Buffer.from(`{"t":"${t}","q":"??>>"}`).toString('base64url')}'`,
  'base64 at 76': (t) => lines(base64(`first words of a long text, and more of them\n token=${t}\nand what follows, which is long, too\n`), 76),
  'base64 at 64 in YAML': (t) => `cert: |\n  ${lines(base64(`first words of a long text, and more of them\n token=${t}\nand what follows, which is long, too\n`), 64, '  ')}`,
  'base64 with \\n in JSON': (t) => `{"content": "${lines(base64(`first words of a long text, and more of them\n token=${t}\nand what follows, which is long, too\n`), 60).replaceAll('\n', '\\n')}\\n", "encoding": "base64"}`,
  'base64 in joined literals of Java': (t) => `String s = "${lines(base64(`first words of a long text, and more of them\n token=${t}\nand what follows, which is long, too\n`), 60, '    + "', '"')}";`,
  'base64 three times': (t) => `data = '${base64(base64(base64(`x ${t}`)))}'`,
  'base64 of percent': (t) => `data = '${base64(`q=${each(t, (p) => `%${hex(p, 2)}`)}`)}'`,
  'data URL': (t) => `<iframe src="data:text/plain;base64,${base64(`token=${t}`)}"></iframe>`,
  'data URL, percent': (t) => `<iframe src="data:text/html,%3Cscript%3Evar%20k%3D%22${t.replaceAll('_', '%5F')}%22%3C%2Fscript%3E"></iframe>`,
  'gzip in base64': (t) => `data = '${gzipSync(`settings\ntoken=${t}\n`).toString('base64')}'`,
  'zlib in base64': (t) => `data = '${deflateSync(`settings\ntoken=${t}\n`).toString('base64')}'`,
  'raw deflate in base64': (t) => `SAMLRequest=${deflateRawSync(`<samlp:AuthnRequest ID="a"><token>${t}</token></samlp:AuthnRequest>`).toString('base64')}`,
  'gzip in hex': (t) => `blob 0x${gzipSync(`settings\ntoken=${t}\n`).toString('hex')}`,
  'gzip in wrapped base64': (t, r) => `write_files:\n- encoding: gz+b64\n  content: |\n    ${lines(gzipSync(`${r.text('abcdefghijklmnop ', 200)}\ntoken=${t}\n`).toString('base64'), 64, '    ')}`,
  'UTF-16 in base64 (PowerShell)': (t) => `powershell -enc ${utf16(`$env:TOKEN='${t}'`, false).toString('base64')}`,
  'UTF-16BE in base64': (t) => `x = "${utf16(`token='${t}'`, true).toString('base64')}"`,
  'base32': (t) => `data: ${base32(`token=${t}`)}`,
  'base32 without padding': (t) => `data: ${base32(`token=${t}`).replace(/=+$/, '')}`,
  'hex': (t) => `data: ${Buffer.from(t).toString('hex')}`,
  'hex, upper case with 0x': (t) => `SET @x = 0x${Buffer.from(`token ${t}`).toString('hex').toUpperCase()};`,
  'hex of MySQL': (t) => `INSERT INTO t VALUES (x'${Buffer.from(t).toString('hex')}');`,
  'hex of PostgreSQL': (t) => `INSERT INTO t VALUES ('\\x${Buffer.from(t).toString('hex')}');`,
  'hex with blanks': (t) => `bytes: ${pairs(Buffer.from(t))}`,
  'hex with colons': (t) => `bytes: ${pairs(Buffer.from(t)).replaceAll(' ', ':')}`,
  'hex with dashes (BitConverter)': (t) => `bytes: ${pairs(Buffer.from(t)).replaceAll(' ', '-').toUpperCase()}`,
  'hex of the registry': (t) => `"Token"=hex:${pairs(Buffer.from(t)).replaceAll(' ', ',')}`,
  'hex of the registry, UTF-16 over lines': (t) => `"Token"=hex(2):${lines(pairs(utf16(`${t}\0`, false)).replaceAll(' ', ','), 75, '  ', '\\')}`,
  'hex wrapped': (t) => lines(Buffer.from(`some words before it, token=${t} and after`).toString('hex'), 64),
  '\\x': (t) => `s = "${each(t, (p) => `\\x${hex(p, 2)}`)}"`,
  '\\x of bytes in Python': (t) => `s = b'${each(t, (p) => `\\x${hex(p, 2)}`)}'`,
  '\\x in C over lines': (t) => `char s[] =\n  "${lines(each(t, (p) => `\\x${hex(p, 2)}`), 48, '  "', '"')}";`,
  '0x list in C': (t) => `unsigned char s[] = {\n  ${lines(each(t, (p) => `0x${hex(p, 2)}, `), 72, '  ')}0x00\n};`,
  '0x list of xxd -i': (t) => `unsigned char t_txt[] = {\n  ${lines(each(`key: ${t}\n`, (p) => `0x${hex(p, 2)}, `).slice(0, -2), 72, '  ')}\n};`,
  'decimal list in Go': (t) => `var k = []byte{${each(t, (p) => `${p}, `)}}`,
  'decimal list in JSON (Buffer)': (t) => `{"type":"Buffer","data":[${each(t, (p) => `${p},`).slice(0, -1)}]}`,
  'decimal list in Python': (t) => `k = bytes([${each(t, (p) => `${p}, `).slice(0, -2)}])`,
  'fromCharCode': (t) => `var k = String.fromCharCode(${each(t, (p) => `${p},`).slice(0, -1)});`,
  'fromCharCode, hex': (t) => `var k = String.fromCharCode(${each(t, (p) => `0x${hex(p, 2)},`).slice(0, -1)});`,
  'chr with dots': (t) => `$k = ${each(t, (p) => `chr(${p}).`).slice(0, -1)};`,
  'chr with plus': (t) => `k = ${each(t, (p) => `chr(${p})+`).slice(0, -1)}`,
  'Chr with ampersands': (t) => `k = ${each(t, (p) => `Chr(${p}) & `).slice(0, -3)}`,
  'CHAR in SQL Server': (t) => `SET @k = ${each(t, (p) => `CHAR(${p})+`).slice(0, -1)}`,
  'CHAR list in MySQL': (t) => `SELECT CHAR(${each(t, (p) => `${p},`).slice(0, -1)});`,
  'characters in a C array': (t) => `char k[] = {${each(t, (p) => `'${String.fromCharCode(p)}', `)}'\\0'};`,
  'characters in a JSON array, joined': (t) => `const k = [${each(t, (p) => `"${String.fromCharCode(p)}", `).slice(0, -2)}].join("");`,
  '\\u': (t) => `s = "${each(t, (p) => `\\u${hex(p, 4)}`)}"`,
  '\\u in properties': (t) => `token=${each(t, (p) => `\\u${hex(p, 4)}`)}`,
  '\\u{}': (t) => `s = "${each(t, (p) => `\\u{${hex(p, 2)}}`)}"`,
  '\\x{}': (t) => `$s = "${each(t, (p) => `\\x{${hex(p, 2)}}`)}";`,
  '\\octal': (t) => `String s = "${each(t, (p) => `\\${p.toString(8)}`)}";`,
  'printf octal': (t) => `printf '${each(t, (p) => `\\0${p.toString(8).padStart(3, '0')}`)}'`,
  '%': (t) => `url = "https://api.example.com/?q=${each(t, (p) => `%${hex(p, 2)}`)}"`,
  '% twice': (t) => `url = "https://api.example.com/?q=${each(t, (p) => `%25${hex(p, 2)}`)}"`,
  '% twice, some': (t) => `url = "https://api.example.com/?next=%252Fcb%253Ftoken%253D${t.replaceAll('_', '%255F').replaceAll('-', '%252D')}%2526x%253D1"`,
  '%u': (t) => `url = unescape("${each(t, (p) => `%u${hex(p, 4)}`)}")`,
  'HTML decimal': (t) => `<a title="${each(t, (p) => `&#${p};`)}">x</a>`,
  'HTML decimal with zeros': (t) => `<a title="${each(t, (p) => `&#${String(p).padStart(7, '0')};`)}">x</a>`,
  'HTML hex': (t) => `<a title="${each(t, (p) => `&#x${hex(p, 2)};`)}">x</a>`,
  'HTML hex, upper case': (t) => `<a title="${each(t, (p) => `&#X${hex(p, 4).toUpperCase()};`)}">x</a>`,
  'HTML names': (t) => `<a title="${t.replaceAll('_', '&lowbar;').replaceAll('-', '&hyphen;').replaceAll('.', '&period;')}">x</a>`,
  'quoted-printable': (t) => `Content-Transfer-Encoding: quoted-printable\n\nsee https://x.example/?token=3D${t.slice(0, 12)}=\n${t.slice(12)}=20\n`,
  'quoted-printable, every character': (t) => `Content-Transfer-Encoding: quoted-printable\n\nkey ${each(t, (p) => `=${hex(p, 2).toUpperCase()}`)}\n`,
  'JSON in JSON': (t) => `{"body": ${JSON.stringify(JSON.stringify({ config: JSON.stringify({ token: `a\tb/${t}` }) }))}}`,
  'JSON with escaped slashes': (t) => `{"url": "https:\\/\\/oauth2:${t}@git.example.com\\/a.git"}`,
  'docker auth in a secret': (t) => `apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: ${base64(JSON.stringify({ auths: { 'ghcr.io': { username: 'u', auth: base64(`u:${t}`) } } }))}`,
  'Kubernetes secret': (t) => `apiVersion: v1\nkind: Secret\ndata:\n  token: ${base64(t)}\n  other: ${base64('nothing')}`,
  'Kubernetes secret with a line feed': (t) => `apiVersion: v1\nkind: Secret\ndata:\n  token: ${base64(`${t}\n`)}`,
  'Helm release': (t) => `data:\n  release: ${base64(gzipSync(JSON.stringify({ name: 'a', config: { token: t } })).toString('base64'))}`,
  'Authorization: Basic': (t) => `Authorization: Basic ${base64(`user:${t}`)}`,
  'JWT payload': (t) => `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ sub: 'a', gh: t })).toString('base64url')}.`,
  'ssh-style wrapped bytes': (t) => `k = (b"${t.slice(0, 10)}"\n     b"${t.slice(10)}")`,
  'xxd': (t) => xxd(`# settings\ntoken = "${t}"\n`),
  'hexdump -C': (t) => dump(`# settings\ntoken = "${t}"\n`, (at, bytes, shown) => `${hex(at, 8)}  ${`${pairs(bytes.subarray(0, 8))}  ${pairs(bytes.subarray(8))}`.padEnd(49)} |${shown}|`),
  'od -A x -t x1z': (t) => dump(`# settings\ntoken = "${t}"\n`, (at, bytes, shown) => `${hex(at, 6)} ${pairs(bytes).padEnd(47)}  >${shown}<`),
  'hexdump of Wireshark': (t) => dump(`GET / HTTP/1.1\r\nAuthorization: token ${t}\r\n`, (at, bytes, shown) => `${hex(at, 4)}   ${pairs(bytes).padEnd(47)}   ${shown}`),
};

/** How a token is put together by a program. */
export const JOINS: Readonly<Record<string, Write>> = {
  'JS +': two((a, b) => `const t = '${a}' + '${b}';`),
  'TS + over lines': three((a, b, c) => `const t: string =\n  '${a}' +\n  '${b}' +\n  '${c}';`),
  'JS + with a comment between': two((a, b) => `const t = '${a}' + // first half\n  '${b}';`),
  'JS +=': two((a, b) => `let t = '${a}';\nt += '${b}';`),
  'JS += three': three((a, b, c) => `let token = "${a}";\ntoken += "${b}";\ntoken += "${c}";`),
  'JS template with literals': two((a, b) => `const t = \`\${'${a}'}${b}\`;`),
  'JS template of two variables': two((a, b) => `const head = '${a}';\nconst tail = '${b}';\nconst token = \`\${head}\${tail}\`;`),
  'JS two variables +': two((a, b) => `const head = '${a}';\nconst tail = '${b}';\nconst token = head + tail;`),
  'JS variable in a template': two((a, b) => `const head = '${a}';\nconst token = \`\${head}${b}\`;`),
  'JS variable + literal': two((a, b) => `const PREFIX = "${a}";\nconst token = PREFIX + "${b}";`),
  'JS array join': three((a, b, c) => `const t = ['${a}', '${b}', '${c}'].join('');`),
  'JS array join over lines': three((a, b, c) => `const t = [\n  "${a}",\n  "${b}",\n  "${c}",\n].join("");`),
  'JS array join by a dash-less template': three((a, b, c) => `const t = [\`${a}\`, \`${b}\`, \`${c}\`].join(\`\`)`),
  'JS concat': two((a, b) => `const t = '${a}'.concat('${b}');`),
  'JS String.raw': two((a, b) => `const t = "${a}" + String.raw\`${b}\`;`),
  'JS continued string': two((a, b) => `const t = "${a}\\\n${b}";`),
  'JS atob': (t) => `const t = atob("${base64(t)}");`,
  'Python implicit': two((a, b) => `t = "${a}" "${b}"`),
  'Python in parentheses': three((a, b, c) => `t = (\n    "${a}"\n    "${b}"\n    f"${c}"\n)`),
  'Python + and backslash': two((a, b) => `t = '${a}' + \\\n    '${b}'`),
  'Python +=': two((a, b) => `t = "${a}"\nt += "${b}"`),
  'Python join': three((a, b, c) => `t = "".join(["${a}", "${b}", "${c}"])`),
  'Python join of a tuple over lines': three((a, b, c) => `t = ''.join((\n    '${a}',\n    '${b}',\n    '${c}',\n))`),
  'Python f-string of a variable': two((a, b) => `prefix = "${a}"\ntoken = f"{prefix}${b}"`),
  'Python %': two((a, b) => `token = "%s%s" % ("${a}", "${b}")`),
  'Python format': two((a, b) => `token = "{}{}".format("${a}", "${b}")`),
  'Python comment between': two((a, b) => `t = ("${a}"  # noqa\n     "${b}")`),
  'Java +': two((a, b) => `String t = "${a}"\n        + "${b}";`),
  'Java StringBuilder': three((a, b, c) => `String t = new StringBuilder().append("${a}").append("${b}").append("${c}").toString();`),
  'Java StringBuilder over lines': two((a, b) => `StringBuilder sb = new StringBuilder("${a}");\nsb.append("${b}");`),
  'Java StringBuilder statements': two((a, b) => `sb.append("${a}");\n        sb.append("${b}");`),
  'Java concat': two((a, b) => `String t = "${a}".concat("${b}");`),
  'Java String.join': two((a, b) => `String t = String.join("", "${a}", "${b}");`),
  'Java final fields': two((a, b) => `static final String A = "${a}";\nstatic final String B = "${b}";\nstatic final String TOKEN = A + B;`),
  'C#': two((a, b) => `var t = "${a}" +\n    @"${b}";`),
  'C# string.Concat': two((a, b) => `var t = string.Concat("${a}", "${b}");`),
  'C# interpolation of a literal': two((a, b) => `var t = $"{"${a}"}${b}";`),
  'C# Append': two((a, b) => `sb.Append("${a}");\nsb.Append("${b}");`),
  'Go': two((a, b) => `const t = "${a}" +\n\t"${b}"`),
  'Go backquotes': two((a, b) => `const t = "${a}" + \`${b}\``),
  'Go +=': two((a, b) => `t := "${a}"\n\tt += "${b}"`),
  'Go Join': two((a, b) => `t := strings.Join([]string{"${a}", "${b}"}, "")`),
  'Go Sprintf': two((a, b) => `t := fmt.Sprintf("%s%s", "${a}", "${b}")`),
  'Go constants': two((a, b) => `const a = "${a}"\nconst b = "${b}"\nvar token = a + b`),
  'Ruby <<': two((a, b) => `t = '${a}'\nt << '${b}'`),
  'Ruby << in one': two((a, b) => `t = '${a}' << '${b}'`),
  'Ruby backslash': two((a, b) => `t = '${a}' \\\n    '${b}'`),
  'Ruby join': three((a, b, c) => `t = ['${a}', '${b}', '${c}'].join`),
  'Ruby %w join': three((a, b, c) => `t = %w[${a} ${b} ${c}].join`),
  'Ruby interpolation': two((a, b) => `a = "${a}"\nt = "#{a}${b}"`),
  'PHP .': two((a, b) => `$t = '${a}' . '${b}';`),
  'PHP .=': two((a, b) => `$t = '${a}';\n$t .= '${b}';`),
  'PHP implode': two((a, b) => `$t = implode('', ['${a}', '${b}']);`),
  'PHP variables': two((a, b) => `$a = '${a}';\n$b = '${b}';\n$token = $a . $b;`),
  'PHP interpolated': two((a, b) => `$a = "${a}";\n$token = "{$a}${b}";`),
  'Perl .': two((a, b) => `my $t = "${a}"\n  . "${b}";`),
  'Perl .=': two((a, b) => `my $t = "${a}";\n$t .= "${b}";`),
  'Perl x join': two((a, b) => `my $t = join '', '${a}', '${b}';`),
  'shell adjacent': two((a, b) => `export T="${a}""${b}"`),
  'shell adjacent, mixed': three((a, b, c) => `T='${a}'"${b}"${c}`),
  'shell bare and quoted': two((a, b) => `T=${a}"${b}"`),
  'shell continued': two((a, b) => `T=${a}\\\n${b}`),
  'shell continued in quotes': two((a, b) => `T="${a}\\\n${b}"`),
  'shell +=': two((a, b) => `T="${a}"\nT+="${b}"`),
  'shell ${}': two((a, b) => `A=${a}\nB=${b}\nexport TOKEN="\${A}\${B}"`),
  'shell $A$B': two((a, b) => `A='${a}'\nB='${b}'\nTOKEN=$A$B`),
  'shell prefix': two((a, b) => `PREFIX=${a}\nTOKEN="\${PREFIX}${b}"`),
  'shell self': two((a, b) => `T="${a}"\nT="\${T}${b}"`),
  'shell $\'\'': (t) => `T=$'${each(t, (p) => `\\x${hex(p, 2)}`)}'`,
  'batch set': two((a, b) => `set T=${a}\r\nset T=%T%${b}\r\n`),
  'batch caret': two((a, b) => `curl -H "Authorization: token" ${a}^\r\n${b}`),
  'PowerShell +': two((a, b) => `$t = '${a}' + '${b}'`),
  'PowerShell +=': two((a, b) => `$t = "${a}"\r\n$t += "${b}"\r\n`),
  'PowerShell -f': two((a, b) => `$t = "{0}{1}" -f "${a}", "${b}"`),
  'PowerShell -join': two((a, b) => `$t = -join ('${a}', '${b}')`),
  'PowerShell @() -join': two((a, b) => `$t = @('${a}', '${b}') -join ''`),
  'SQL ||': two((a, b) => `SELECT '${a}' || '${b}';`),
  'SQL || over lines': two((a, b) => `SELECT '${a}'\n    || '${b}';`),
  'SQL CONCAT': two((a, b) => `SELECT CONCAT('${a}', '${b}');`),
  'SQL adjacent': two((a, b) => `SELECT '${a}'\n  '${b}';`),
  'Terraform join': two((a, b) => `token = join("", ["${a}", "${b}"])`),
  'Terraform format': two((a, b) => `token = format("%s%s", "${a}", "${b}")`),
  'Terraform interpolation': two((a, b) => `token = "\${"${a}"}${b}"`),
  'Fn::Join': two((a, b) => `Fn::Join: ["", ["${a}", "${b}"]]`),
  'Fn::Join over lines': two((a, b) => `Token:\n  Fn::Join:\n    - ''\n    - - '${a}'\n      - '${b}'`),
  '!Join': two((a, b) => `Token: !Join ['', ['${a}', '${b}']]`),
  'ARM concat': two((a, b) => `"token": "[concat('${a}', '${b}')]"`),
  'YAML quoted over lines': two((a, b) => `token: "${a}\\\n  ${b}"`),
  'YAML folded with backslash': two((a, b) => `token: "\\\n  ${a}\\\n  ${b}\\\n  "`),
  'JSON array of lines': two((a, b) => `"command": [\n  "T=${a}",\n  "${b}"\n].join`),
  'Dockerfile continued': two((a, b) => `ENV T=${a}\\\n${b}`),
  'Makefile +': two((a, b) => `T := ${a}\nT := $(T)${b}`),
  'CMake': two((a, b) => `set(T "${a}")\nstring(APPEND T "${b}")`),
  'C adjacent': two((a, b) => `const char *t = "${a}"\n                "${b}";`),
  'C strcat': two((a, b) => `strcpy(t, "${a}");\nstrcat(t, "${b}");`),
  'C macro': two((a, b) => `#define A "${a}"\n#define TOKEN A "${b}"`),
  'C++ +=': two((a, b) => `std::string t = "${a}";\nt += "${b}";`),
  'C++ raw': two((a, b) => `auto t = "${a}" R"(${b})";`),
  'Objective-C': two((a, b) => `NSString *t = @"${a}" @"${b}";`),
  'Swift +': two((a, b) => `let t = "${a}" +\n    "${b}"`),
  'Kotlin +': two((a, b) => `val t = "${a}" +\n    "${b}"`),
  'Kotlin template': two((a, b) => `const val A = "${a}"\nval t = "\${A}${b}"`),
  'Scala': two((a, b) => `val t = "${a}" + """${b}"""`),
  'Rust concat!': two((a, b) => `const T: &str = concat!("${a}", "${b}");`),
  'Rust continued': two((a, b) => `let t = "${a}\\\n         ${b}";`),
  'Rust push_str': two((a, b) => `let mut t = String::from("${a}");\nt.push_str("${b}");`),
  'Rust format!': two((a, b) => `let t = format!("{}{}", "${a}", "${b}");`),
  'Dart adjacent': two((a, b) => `final t = '${a}'\n    '${b}';`),
  'Lua ..': two((a, b) => `local t = "${a}" .. "${b}"`),
  'R paste0': two((a, b) => `t <- paste0("${a}", "${b}")`),
  'VB &': two((a, b) => `Dim t = "${a}" & _\n    "${b}"`),
  'VBA statements': two((a, b) => `t = "${a}"\nt = t & "${b}"`),
  'Haskell ++': two((a, b) => `t = "${a}" ++\n    "${b}"`),
  'Haskell gap': two((a, b) => `t = "${a}\\\n    \\${b}"`),
  'Elixir <>': two((a, b) => `t = "${a}" <> "${b}"`),
  'Erlang': two((a, b) => `T = <<"${a}" "${b}">>.`),
  'Groovy': two((a, b) => `def t = '${a}' +\n    "${b}"`),
  'Nix': two((a, b) => `token = "${a}" + "${b}";`),
  'Jsonnet': two((a, b) => `token: "${a}" + "${b}",`),
  'MATLAB': two((a, b) => `t = ['${a}' '${b}'];`),
  'Julia': two((a, b) => `t = "${a}" * "${b}"`),
  'Nim &': two((a, b) => `let t = "${a}" & "${b}"`),
  'Clojure str': two((a, b) => `(def t (str "${a}" "${b}"))`),
  'Emacs Lisp concat': two((a, b) => `(setq t (concat "${a}"\n                "${b}"))`),
  'Pascal #': two((a, b) => `t := '${a}' +\n  '${b}';`),
  'ABAP &&': two((a, b) => `t = '${a}' && '${b}'.`),
  'Jinja ~': two((a, b) => `{{ '${a}' ~ '${b}' }}`),
  'notebook source': two((a, b) => JSON.stringify({ cells: [{ cell_type: 'code', source: [`token = ("${a}"\n`, `         "${b}")\n`] }] }, null, 1)),
  'notebook, one line a string': (t) => JSON.stringify({ cells: [{ cell_type: 'code', source: ['import os\n', `os.environ["T"] = "${t}"\n`] }] }, null, 1),
};

/** Files in which a token stands with bytes that are no text around it. */
export const BINARIES: Readonly<Record<string, Write>> = {
  'program, UTF-16LE': (t, r) => Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), machine(3000, r), Buffer.alloc(2), utf16(`Software\\Vendor\0token=${t}\0Other text`, false), Buffer.alloc(6), machine(2000, r)]),
  'program, UTF-16LE at an odd offset': (t, r) => Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0', 'latin1'), machine(3000, r), Buffer.alloc(2), utf16(`${t}\0`, false), Buffer.alloc(6), machine(2001, r)]),
  'program, UTF-16LE, token alone': (t, r) => Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), machine(1000, r), utf16(t, false), machine(2000, r)]),
  'program, UTF-16BE': (t, r) => Buffer.concat([machine(999, r), Buffer.alloc(2), utf16(`api.token=${t}\0`, true), machine(500, r)]),
  'registry hive': (t, r) => Buffer.concat([Buffer.from('regf'), machine(4092, r), Buffer.from('vk\x05\0', 'latin1'), Buffer.from([0x58, 0, 0, 0, 0x20, 0, 0, 0, 1, 0, 0, 0, 1, 0]), Buffer.from('Token\0'), Buffer.from([0xa8, 0xff, 0xff, 0xff]), utf16(`${t}\0`, false), machine(800, r)]),
  'UTF-32 in a program': (t, r) => Buffer.concat([machine(1000, r), Buffer.from([...`token=${t}`].flatMap((c) => [c.charCodeAt(0), 0, 0, 0])), machine(200, r)]),
  'program, plain': (t, r) => Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'), machine(3000, r), Buffer.from(`\0token=${t}\0other\0`), machine(2000, r)]),
  'behind a mark': (t, r) => Buffer.concat([machine(300, r), Buffer.from([0x0a, 1]), Buffer.from(t), Buffer.from([0x12, 3]), Buffer.from('abc'), machine(300, r)]),
  'class file': (t, r) => Buffer.concat([Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 0, 20, 1, 0, t.length]), Buffer.from(t), Buffer.from([1, 0, 4]), Buffer.from('Code'), machine(200, r)]),
  'UTF-16LE text without mark': (t) => utf16(`[settings]\r\ntoken=${t}\r\n`, false),
  'UTF-16BE text with mark': (t) => utf16(`\ufeff[settings]\r\ntoken=${t}\r\n`, true),
  'UTF-16LE in the middle of a log': (t) => Buffer.concat([Buffer.from('2026-01-01 started\n2026-01-01 output follows\n'), utf16(`\r\ntoken: ${t}\r\n`, false), Buffer.from('\n2026-01-01 ended\n')]),
  'UTF-32LE text': (t) => Buffer.from([...`\ufefftoken=${t}\n`].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8, 0, 0])),
};
