import { lex, openAt, tokenAround, type Syntax } from './lex.ts';
import { lineBefore, lineEnd, none, type Place, type Proposal } from './types.ts';

const SYNTAX: Syntax = {
  lineComments: ['#', '//'],
  blockComments: [['/*', '*/']],
  strings: [{ open: /"/y, close: '"', escape: true, multiline: false, expression: '${' }],
  heredoc: /<<-?()([A-Za-z_][A-Za-z0-9_]*)/y,
};

/** A place in a Terraform file: the value of a sensitive variable, which is declared at the end. `others`: the folder's other files. */
export function fixTerraform(text: string, place: Place, variable: string, others: readonly string[]): Proposal {
  const name = variable.toLowerCase();
  const lexed = lex(text, SYNTAX);
  const token = lexed === undefined ? undefined : tokenAround(lexed, place.start, place.end);
  if (lexed === undefined || token?.kind !== 'string') return none(token?.kind === 'comment' ? 'it stands in a comment' : 'it does not stand in a string of one line', 'take it out by hand: declare a variable with sensitive = true and refer to it');
  const around = openAt(lexed, token.start).map(({ at }) => lineBefore(text, at).trim());
  if (around.some((head) => /^variable\b/.test(head))) return none('it is the default of a variable', 'delete the default, add sensitive = true, and set the variable by TF_VAR_NAME where Terraform runs');
  if (around.some((head) => /^(?:terraform|backend|required_providers|moved|import|removed)\b/.test(head))) return none('no variable can stand in this block', 'leave it out, and give it with -backend-config or an environment variable where Terraform runs');
  if (/^\s*(?:source|version|provider)\s*=\s*$/.test(lineBefore(text, token.start)) || /(?:resource|data|module|provider|output)\b[^{]*$/.test(lineBefore(text, token.start))) return none('no variable can stand there', 'take it out by hand');
  if ([text, ...others].some((other) => new RegExp(`^[ \\t]*variable[ \\t]+"${name}"`, 'm').test(other))) return none(`there is a variable ${name} already`, `refer to it as var.${name} if it is the one, or declare another with sensitive = true`);
  const isWhole = token.start + 1 === place.start && token.end - 1 === place.end;
  const eol = lineEnd(text);
  const declared = `${text.endsWith('\n') ? '' : eol}${eol}variable "${name}" {${eol}  type      = string${eol}  sensitive = true${eol}}${eol}`;
  const edit = isWhole ? { start: token.start, end: token.end, text: `var.${name}` } : { ...place, text: `\${var.${name}}` };
  return { kind: 'edit', edits: [edit, { start: text.length, end: text.length, text: declared }], notes: [`Set it by TF_VAR_${name} where Terraform runs; the state of Terraform still holds the value.`] };
}
