import type { StringKind, Syntax } from './lex.ts';

export type LanguageId = 'javascript' | 'typescript' | 'python' | 'go' | 'ruby' | 'php' | 'java' | 'kotlin' | 'csharp' | 'rust';

export interface Language {
  readonly id: LanguageId;
  readonly syntax: Syntax;
  /** The expression that reads a variable. */
  readonly read: (variable: string) => string;
  /** Joins two strings; absent: a part of a string cannot be replaced. */
  readonly join?: '+' | '.';
  /** Prefixes of strings that are of another type, or mean more than a text. */
  readonly refusedPrefix?: RegExp;
  /** What stands before a literal, or before a bracket around it, where only a constant may stand. */
  readonly constant: RegExp;
  /** What stands before a literal itself where it is no value. */
  readonly refuseBefore?: RegExp;
  /** What stands behind it there. */
  readonly refuseAfter?: RegExp;
  /** Whether a literal before a colon may name a field, in which no expression can stand. */
  readonly keys?: true;
  /** Adjacent literals are one. */
  readonly implicitJoin?: boolean;
  /** What to know of the edit. */
  readonly note?: string;
}

const SLASHES: Pick<Syntax, 'lineComments' | 'blockComments'> = { lineComments: ['//'], blockComments: [['/*', '*/']] };
const quoted = (open: RegExp, close: string, more: Partial<StringKind> = {}): StringKind => ({ open, close, escape: true, multiline: false, ...more });

const SCRIPT: Syntax = {
  ...SLASHES,
  strings: [quoted(/"/y, '"'), quoted(/'/y, "'"), quoted(/`/y, '`', { multiline: true, expression: '${' })],
  regex: true,
};
const SCRIPT_CONSTANT = /\b(?:import|from|require\s*\(|import\s*\()\s*$|\benum\b[^{}]*$/;

const SERVER_ONLY = 'process.env is there where Node.js runs, not in a browser: what is built for browsers, everybody can read.';

const LANGUAGES: readonly Language[] = [
  { id: 'javascript', syntax: SCRIPT, read: (name) => `process.env.${name}`, join: '+', constant: SCRIPT_CONSTANT, keys: true, note: SERVER_ONLY },
  {
    id: 'typescript',
    syntax: SCRIPT,
    read: (name) => `process.env.${name}!`,
    join: '+',
    constant: new RegExp(`${SCRIPT_CONSTANT.source}|^\\s*(?:export\\s+)?(?:declare\\s+)?(?:type|interface|declare)\\s+\\w[^{};]*$`),
    keys: true,
    refuseBefore: /(?<![|])\|\s*$|(?<!&)&\s*$|\b(?:as|satisfies)\s*$|\b(?:let|const|var)\s+\w+\s*:\s*$/,
    refuseAfter: /^\s*(?:=(?!=)|\|(?!\|)|&(?!&))/,
    note: SERVER_ONLY,
  },
  {
    id: 'python',
    syntax: {
      lineComments: ['#'],
      blockComments: [],
      strings: [
        quoted(/[A-Za-z]{0,2}"""/y, '"""', { multiline: true }),
        quoted(/[A-Za-z]{0,2}'''/y, "'''", { multiline: true }),
        quoted(/(?<![A-Za-z0-9_])[A-Za-z]{0,2}"|"/y, '"'),
        quoted(/(?<![A-Za-z0-9_])[A-Za-z]{0,2}'|'/y, "'"),
      ],
    },
    read: (name) => `os.environ["${name}"]`,
    join: '+',
    refusedPrefix: /[bft]/i,
    constant: /^\s*case\b/,
    implicitJoin: true,
  },
  {
    id: 'go',
    syntax: { ...SLASHES, strings: [quoted(/"/y, '"'), quoted(/'/y, "'"), quoted(/`/y, '`', { escape: false, multiline: true })] },
    read: (name) => `os.Getenv("${name}")`,
    join: '+',
    constant: /\b(?:const|import)\b/,
    // The tag of a field in a struct, behind its type.
    refuseBefore: /(?:[\])}]|(?<!\w)(?!(?:return|case|range|switch|if|for)[ \t]+$)[A-Za-z_]\w*)[ \t]+$/,
    note: 'os.Getenv gives an empty text where the variable is not set.',
  },
  {
    id: 'ruby',
    syntax: {
      lineComments: ['#'],
      blockComments: [['\n=begin', '\n=end']],
      strings: [quoted(/"/y, '"', { multiline: true, expression: '#{' }), quoted(/'/y, "'", { multiline: true })],
      heredoc: /<<[~-]?(["'`]?)([A-Z_][A-Za-z0-9_]*)\1/y,
      regex: true,
      skip: /\$["'`]|\?["'#]/y,
    },
    read: (name) => `ENV.fetch("${name}")`,
    join: '+',
    constant: /%[wWqQiIrxs]?[[({<|!/][^\n]*$|\brequire(?:_relative)?\b/,
    refuseAfter: /^\s*:(?!:)/,
    implicitJoin: true,
  },
  {
    id: 'php',
    syntax: {
      lineComments: ['//', '#'],
      blockComments: [['/*', '*/'], ['?>', '<?']],
      strings: [quoted(/"/y, '"', { multiline: true, expression: '{$' }), quoted(/'/y, "'", { multiline: true })],
      heredoc: /<<<[ \t]*(["']?)([A-Za-z_][A-Za-z0-9_]*)\1/y,
      skip: /#\[/y,
    },
    read: (name) => `getenv('${name}')`,
    join: '.',
    constant: /\b(?:const|public|private|protected|var|static|readonly|case|function|fn)\b|#\[/,
    note: 'getenv gives false where the variable is not set.',
  },
  {
    id: 'java',
    syntax: { ...SLASHES, strings: [quoted(/"""/y, '"""', { multiline: true }), quoted(/"/y, '"'), quoted(/'/y, "'")] },
    read: (name) => `System.getenv("${name}")`,
    join: '+',
    constant: /\bcase\b|@\w[\w.]*\s*(?:\([^)]*)?$|\bdefault\s*$/,
    note: 'System.getenv gives null where the variable is not set. A constant that an annotation or a case uses must stay one.',
  },
  {
    id: 'kotlin',
    syntax: { ...SLASHES, strings: [quoted(/"""/y, '"""', { multiline: true, escape: false, expression: '${' }), quoted(/"/y, '"', { expression: '${' }), quoted(/'/y, "'")] },
    read: (name) => `System.getenv("${name}")`,
    join: '+',
    constant: /\bconst\b|@\w[\w.]*\s*(?:\([^)]*)?$/,
    note: 'System.getenv gives null where the variable is not set.',
  },
  {
    id: 'csharp',
    syntax: {
      ...SLASHES,
      strings: [
        quoted(/[$@]*"""/y, '"""', { multiline: true, escape: false }),
        quoted(/(?:\$@|@\$)"/y, '"', { multiline: true, escape: false, doubled: true }),
        quoted(/@"/y, '"', { multiline: true, escape: false, doubled: true }),
        quoted(/\$"/y, '"'),
        quoted(/"/y, '"'),
        quoted(/'/y, "'"),
      ],
    },
    read: (name) => `System.Environment.GetEnvironmentVariable("${name}")`,
    join: '+',
    refusedPrefix: /\$/,
    constant: /\b(?:const|case|is)\b|^\s*\[\s*\w[\w.]*\s*(?:\([^)]*)?$/,
    note: 'GetEnvironmentVariable gives null where the variable is not set.',
  },
  {
    id: 'rust',
    syntax: {
      ...SLASHES,
      strings: [
        quoted(/b?r###"/y, '"###', { escape: false, multiline: true }),
        quoted(/b?r##"/y, '"##', { escape: false, multiline: true }),
        quoted(/b?r#"/y, '"#', { escape: false, multiline: true }),
        quoted(/b?r"/y, '"', { escape: false, multiline: true }),
        quoted(/[bc]?"/y, '"', { multiline: true }),
      ],
      skip: /'(?:\\[^\n']+|\\'|[^\\'\n])'/y,
    },
    read: (name) => `(&*std::env::var("${name}").expect("${name} is not set"))`,
    refusedPrefix: /[bc]/,
    constant: /\b(?:const|static|return)\b|#!?\[|!\s*[([{]?\s*$/,
    refuseAfter: /^\s*(?:=>|\||})/,
    refuseBefore: /[|{;]\s*$|=>\s*$/,
  },
];

const BY_EXTENSION: Readonly<Record<string, LanguageId>> = {
  js: 'javascript', mjs: 'javascript', cjs: 'javascript', jsx: 'javascript',
  ts: 'typescript', mts: 'typescript', cts: 'typescript', tsx: 'typescript',
  py: 'python', pyw: 'python', go: 'go', rb: 'ruby', rake: 'ruby', php: 'php', java: 'java', kt: 'kotlin', kts: 'kotlin', cs: 'csharp', rs: 'rust',
};

/** The programming language of a file, by its name. */
export function languageOf(path: string): Language | undefined {
  const id = BY_EXTENSION[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
  return LANGUAGES.find((language) => language.id === id);
}
