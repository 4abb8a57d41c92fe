import type { Rule } from '../model/index.ts';
import { sampleOf } from './samples/sample.ts';

/** Characters that fill runs: one of each class that patterns repeat. */
const FILLERS = ['a', 'A1b2', '0', ' ', '\n', '=', '"', '-', ':', '_', '.', '/', ',', '%41', '\\n', '&a=', 'a b '];

/** Texts of `length` characters on which a rule's pattern works hardest: its heads and near misses over and over, and long runs after them. */
export function adversarialInputs(rule: Rule, length: number): readonly string[] {
  const pieces = new Set<string>();
  for (const anchor of rule.anchors.slice(0, 6)) for (const between of ['', ' ', '\n', '="', '.']) pieces.add(anchor + between);
  for (const sample of [...rule.examples, ...rule.nearMisses]) {
    const { text, token, start } = sampleOf(rule.id, sample);
    pieces.add(text.slice(0, -1));
    pieces.add(token.slice(0, -1));
    pieces.add(`${text.slice(0, start)}${token.slice(0, 12)}`);
    pieces.add(`${text.slice(0, start)}${token.slice(0, 12)} `);
  }
  const heads = [...rule.anchors.slice(0, 3), ...rule.examples.slice(0, 2).map((sample) => headOf(rule.id, sample))];
  return [...[...pieces].map((piece) => fill(piece, length)), ...heads.flatMap((head) => FILLERS.map((filler) => head + fill(filler, length - head.length)))];
}

function headOf(ruleId: string, sample: Rule['examples'][number]): string {
  const { text, start } = sampleOf(ruleId, sample);
  return text.slice(0, start);
}

function fill(piece: string, length: number): string {
  return piece === '' ? '' : piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}
