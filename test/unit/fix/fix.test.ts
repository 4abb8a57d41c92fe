import { spawnSync } from 'node:child_process';
import { stripTypeScriptTypes } from 'node:module';
import { Script } from 'node:vm';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { applied, editsOf, maskedChange, propose, variableFor, type Place } from '../../../src/fix/index.ts';

/** Stands for the secret: what an edit may never leave, and a preview never show. */
const SECRET = 'Zq9Secret9qZ';

function placesIn(text: string): readonly Place[] {
  return [...text.matchAll(new RegExp(SECRET, 'g'))].map(({ index }) => ({ start: index, end: index + SECRET.length }));
}

/** The text after all edits, or why there is none. */
function fixed(path: string, source: string, others: readonly string[] = []): string {
  const text = source.replaceAll('@@', SECRET);
  const proposals = [...propose({ path, text, others }, [{ places: placesIn(text), variable: 'APP_KEY' }]).values()];
  const refused = proposals.find((proposal) => proposal.kind === 'none');
  if (refused?.kind === 'none') return `none: ${refused.why}`;
  return applied(text, editsOf(proposals));
}

function parses(path: string, text: string): boolean {
  if (/\.tsx?$/.test(path)) return parsesAsScript(stripTypeScriptTypes(text));
  if (/\.js$/.test(path)) return parsesAsScript(text);
  if (path.endsWith('.py')) return spawnSync('python3', ['-c', 'import ast,sys; ast.parse(sys.stdin.read())'], { input: text }).status === 0;
  if (path.endsWith('.sh')) return spawnSync('bash', ['-n'], { input: text }).status === 0;
  if (/\.ya?ml$/.test(path)) return parseAllDocuments(text).every(({ errors }) => errors.length === 0);
  return true;
}

function parsesAsScript(text: string): boolean {
  new Script(`(async () => {${text.replace(/^export /gm, '')}\n})`);
  return true;
}

describe('a literal becomes a reference', () => {
  it.each([
    ['a.js', 'const k = "@@";\n', 'const k = process.env.APP_KEY;\n'],
    ['a.js', "f('@@', `@@`);\n", 'f(process.env.APP_KEY, process.env.APP_KEY);\n'],
    ['a.js', 'const h = { a: "Bearer @@" };\n', 'const h = { a: ("Bearer " + process.env.APP_KEY) };\n'],
    ['a.js', 'const u = `https://x/${f(`a`)}?k=@@&v=1`;\n', 'const u = `https://x/${f(`a`)}?k=${process.env.APP_KEY}&v=1`;\n'],
    ['a.js', 'const u = "@@:@@x";\n', 'const u = (process.env.APP_KEY + ":" + process.env.APP_KEY + "x");\n'],
    ['a.js', 'const r = /["\'`]/; // it\'s "odd"\nfunction g() { return"@@" }\n', 'const r = /["\'`]/; // it\'s "odd"\nfunction g() { return process.env.APP_KEY }\n'],
    ['a.js', 'const t = c ? "@@" : "";\n', 'const t = c ? process.env.APP_KEY : "";\n'],
    ['a.ts', 'export const k: string = "@@";\r\n', 'export const k: string = process.env.APP_KEY!;\r\n'],
    ['a.py', '#!/usr/bin/env python3\n"""Doc."""\nimport sys\nkey = "@@"\n', '#!/usr/bin/env python3\n"""Doc."""\nimport os\nimport sys\nkey = os.environ["APP_KEY"]\n'],
    ['a.py', '"""Doc."""\nfrom __future__ import annotations\n\nk = f(key=\'@@\')\n', '"""Doc."""\nfrom __future__ import annotations\nimport os\n\nk = f(key=os.environ["APP_KEY"])\n'],
    ['a.py', 'import sys, os\nh = {"Authorization": "Bearer @@"}\n', 'import sys, os\nh = {"Authorization": ("Bearer " + os.environ["APP_KEY"])}\n'],
    ['a.py', '# -*- coding: utf-8 -*-\n\n"""Doc."""\nk = r"""@@"""\n', '# -*- coding: utf-8 -*-\n\n"""Doc."""\nimport os\nk = os.environ["APP_KEY"]\n'],
    ['a.py', 'k = "@@"\nl = "x"\n', 'import os\nk = os.environ["APP_KEY"]\nl = "x"\n'],
    ['a.go', 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("@@") }\n', 'package main\n\nimport "os"\nimport "fmt"\n\nfunc main() { fmt.Println(os.Getenv("APP_KEY")) }\n'],
    ['a.go', 'package a\n\nimport (\n\t"os"\n)\n\nvar k = "@@"\n', 'package a\n\nimport (\n\t"os"\n)\n\nvar k = os.Getenv("APP_KEY")\n'],
    ['a.go', 'package a\n\nvar k = `x@@`\n', 'package a\n\nimport "os"\n\nvar k = (`x` + os.Getenv("APP_KEY"))\n'],
    ['a.rb', "KEY = '@@'\n", 'KEY = ENV.fetch("APP_KEY")\n'],
    ['a.rb', 'u = "https://#{h}/?k=@@"\n', 'u = "https://#{h}/?k=#{ENV.fetch("APP_KEY")}"\n'],
    ['a.php', "<p>It's</p>\n<?php $k = '@@'; f(\"a @@\");\n", "<p>It's</p>\n<?php $k = getenv('APP_KEY'); f((\"a \" . getenv('APP_KEY')));\n"],
    ['A.java', 'class A { static final String K = "@@"; }\n', 'class A { static final String K = System.getenv("APP_KEY"); }\n'],
    ['a.kt', 'val k = "Bearer @@"\n', 'val k = "Bearer ${System.getenv("APP_KEY")}"\n'],
    ['A.cs', 'var k = @"@@";\n', 'var k = System.Environment.GetEnvironmentVariable("APP_KEY");\n'],
    ['a.rs', "fn f<'a>() { let k = \"@@\"; g('\"', k); }\n", "fn f<'a>() { let k = (&*std::env::var(\"APP_KEY\").expect(\"APP_KEY is not set\")); g('\"', k); }\n"],
    ['a.sh', '#!/bin/bash\nexport K=@@ # it\'s\n', '#!/bin/bash\nexport K="${APP_KEY:?}" # it\'s\n'],
    ['a.sh', 'curl -H "Authorization: Bearer @@" x\n', 'curl -H "Authorization: Bearer ${APP_KEY:?}" x\n'],
    ['a.sh', "curl -H 'Authorization: Bearer @@'\nK='@@'\n", "curl -H 'Authorization: Bearer '\"${APP_KEY:?}\"\nK=\"${APP_KEY:?}\"\n"],
    ['a.sh', "cat <<'E'\nit's\nE\nK=@@\n", "cat <<'E'\nit's\nE\nK=\"${APP_KEY:?}\"\n"],
    ['.github/workflows/a.yml', 'env:\n  K: @@ # why\njobs:\n  a:\n    steps:\n      - uses: x\n        with: { t: @@, u: "@@" }\n', "env:\n  K: ${{ secrets.APP_KEY }} # why\njobs:\n  a:\n    steps:\n      - uses: x\n        with: { t: '${{ secrets.APP_KEY }}', u: \"${{ secrets.APP_KEY }}\" }\n"],
    ['compose.yaml', 'services:\n  a:\n    environment:\n      - K=@@\n      - "L=@@"\n', 'services:\n  a:\n    environment:\n      - K=${APP_KEY:?}\n      - "L=${APP_KEY:?}"\n'],
    ['k8s/a.yaml', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:\n        - env:\n            - name: K\n              value: "@@"\n', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:\n        - env:\n            - name: K\n              valueFrom: { secretKeyRef: { name: web-secrets, key: APP_KEY } }\n'],
    ['a.tf', 'provider "x" {\n  token = "@@"\n  url   = "https://x/@@/${var.y}"\n}\n', 'provider "x" {\n  token = var.app_key\n  url   = "https://x/${var.app_key}/${var.y}"\n}\n\nvariable "app_key" {\n  type      = string\n  sensitive = true\n}\n'],
    ['.npmrc', '//registry.example/:_authToken=@@\n', '//registry.example/:_authToken=${APP_KEY}\n'],
  ])('%s: %j', (path, text, expected) => {
    const result = fixed(path, text);
    expect(result).toBe(expected);
    expect(parses(path, result)).toBe(true);
  });
});

describe('no sound edit is known', () => {
  it.each([
    ['a.js', '// @@\n', /comment/],
    ['a.js', 'const o = { "@@": 1 };\n', /name of a field/],
    ['a.js', 'const k = tag`@@`;\n', /template/],
    ['a.js', 'const k = "@@\n', /does not stand in a string/],
    ['a.js', 'const k = `@@\n', /cannot be read/],
    ['a.js', 'import x from "@@";\n', /constant/],
    ['a.tsx', 'const a = <A k="@@" />;\n', /markup/],
    ['a.tsx', 'const a = (\n  <A\n    k="@@"\n  />\n);\n', /markup/],
    ['a.js', 'const a = (\n  <A b={1} k="@@"\n  />\n);\n', /markup/],
    ['a.go', 'package a\n\ntype T struct {\n\tA any `json:"@@"`\n\tB []int "@@"\n}\n', /where a value can/],
    ['a.py', 'match x:\n    case "@@":\n        pass\n', /constant/],
    ['a.ts', 'type A = "@@";\n', /constant/],
    ['a.ts', 'enum A {\n  K = "@@",\n}\n', /constant/],
    ['a.ts', 'let k: "@@" = f();\n', /value/],
    ['a.py', 'k = b"@@"\n', /another kind/],
    ['a.py', 'k = f"{x}@@"\n', /another kind/],
    ['a.py', 'k = ("@@"\n     "more")\n', /pieces/],
    ['a.py', 'k = "a" \'@@\'\n', /pieces/],
    ['a.go', 'package a\n\nconst (\n\tk = "@@"\n)\n', /constant/],
    ['a.rb', 'k = <<~E\n  @@\nE\n', /several lines/],
    ['a.rb', 'k = %w[@@ b]\n', /does not stand in a string/],
    ['a.php', '<?php class A { const K = \'@@\'; }\n', /constant/],
    ['a.php', '<?php class A { private $c = [\n  \'k\' => \'@@\',\n]; }\n', /constant/],
    ['A.java', '@Named("@@") class A {}\n', /constant/],
    ['A.java', 'class A { @Value(\n  "@@")\n String k; }\n', /constant/],
    ['a.kt', 'const val K = "@@"\n', /constant/],
    ['A.cs', 'const string K = "@@";\n', /constant/],
    ['A.cs', 'var k = $"{x}@@";\n', /another kind/],
    ['a.rs', 'const K: [&str; 1] = ["@@"];\n', /constant/],
    ['a.rs', 'fn f() { println!("@@"); }\n', /constant/],
    ['a.sh', 'x="$(f "@@")"\n', /quoting/],
    ['a.sh', "cat <<'E'\n@@\nE\n", /quoting/],
    ['a.sh', '# @@\n', /comment/],
    ['.github/workflows/a.yml', 'jobs:\n  a:\n    steps:\n      - run: x @@\n', /not known there/],
    ['.github/workflows/a.yml', 'jobs:\n  a:\n    uses: x\n    with: { t: @@ }\n', /not known there/],
    ['.github/workflows/a.yml', 'env:\n  K: |\n    @@\n', /several lines/],
    ['k8s/a.yaml', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  k: "@@"\n', /no reference/],
    ['k8s/a.yaml', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  k: {{ .x }}@@\n', /template/],
    ['a.tf', 'variable "k" {\n  default = "@@"\n}\n', /default of a variable/],
    ['a.tf', 'terraform {\n  backend "s3" {\n    secret_key = "@@"\n  }\n}\n', /this block/],
    ['a.tf', 'locals {\n  # @@\n}\n', /comment/],
    ['.env', 'K=@@\n', /not in a repository/],
    ['app.properties', 'k=@@\n', /not in a repository/],
    ['Dockerfile', 'ENV K=@@\n', /image keeps/],
    ['a.json', '{"k":"@@"}\n', /no edit is known/],
  ])('%s: %j', (path, text, why) => {
    expect(fixed(path, text)).toMatch(/^none: /);
    expect(fixed(path, text)).toMatch(why);
  });

  it('where a variable of the folder has the name already', () => {
    expect(fixed('a.tf', 'locals {\n  k = "@@"\n}\n', ['variable "app_key" {}\n'])).toMatch(/there is a variable/);
  });

  it('for a text that nests without end, in no time', () => {
    expect(fixed('a.js', `const k = "@@" + ${'`${'.repeat(50_000)}\n`)).toMatch(/cannot be read/);
  });
});

describe('the name of the variable', () => {
  it.each([
    ['const stripeKey = "', 'stripe-secret-key', 'STRIPE_KEY'],
    ['  "api-token": "', 'x-token', 'API_TOKEN'],
    ['const key: string = "', 'npm-access-token', 'NPM_ACCESS_TOKEN'],
    ['GITHUB_TOKEN=', 'github-pat', 'GH_TOKEN'],
    ['LD_PRELOAD=', 'a-token', 'A_TOKEN'],
    ['f("', 'a-token', 'A_TOKEN'],
  ])('%j of kind %s: %s', (before, rule, expected) => {
    expect(variableFor(before, rule, new Set())).toBe(expected);
  });

  it('is never that of another credential', () => {
    expect(variableFor('f("', 'a-token', new Set(['A_TOKEN', 'A_TOKEN_2']))).toBe('A_TOKEN_3');
  });
});

describe('the preview', () => {
  it('shows changed lines only, no secret of them, and none that stays', () => {
    const text = `import sys\nk = "a ${SECRET} Other7Secret7"\nprint(k)\n`;
    const [place] = placesIn(text);
    const edits = editsOf(propose({ path: 'a.py', text, others: [] }, [{ places: [place as Place], variable: 'APP_KEY' }]).values());
    const other = text.indexOf('Other7');
    const hunks = maskedChange(text, edits, [place as Place, { start: other, end: other + 13 }]);
    expect(hunks).toEqual([
      { line: 1, removed: [], added: ['import os'] },
      { line: 2, removed: ['k = "a ******** ********"'], added: ['k = ("a " + os.environ["APP_KEY"] + " ********")'] },
    ]);
  });
});
