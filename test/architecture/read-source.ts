import ts from 'typescript';

/** A place in a source file where a rule of the house may be broken. `line` is 1-based. */
export interface Sight {
  readonly kind: 'import' | 'process' | 'clock' | 'fetch' | 'default-export' | 'any' | 'reveal';
  /** The module specifier for an import, else the text seen. */
  readonly text: string;
  readonly line: number;
}

/** Everything in one file that the architecture has an opinion on, read with TypeScript's own parser. */
export function readSource(path: string, text: string): readonly Sight[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const sights: Sight[] = [];
  const see = (kind: Sight['kind'], node: ts.Node, what = node.getText(file)): void => {
    sights.push({ kind, text: what.slice(0, 80), line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1 });
  };
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) see('import', node, specifier);
    if (ts.isExportAssignment(node) || isDefaultExport(node)) see('default-export', node);
    if (node.kind === ts.SyntaxKind.AnyKeyword) see('any', node.parent);
    if (ts.isIdentifier(node) && isFreeName(node)) {
      if (node.text === 'process' && !isShadowed(node)) see('process', node.parent);
      if (node.text === 'fetch' || node.text === 'WebSocket' || node.text === 'EventSource') see('fetch', node.parent);
    }
    if (isClock(node)) see('clock', node);
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'reveal') see('reveal', node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return sights;
}

/** The literal module name of an `import`, `export … from`, `import()`, `require()` or `import('…')` type. */
function specifierOf(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return (node.moduleSpecifier as ts.StringLiteral).text;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return node.argument.literal.text;
  }
  if (!ts.isCallExpression(node)) return undefined;
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  const [first] = node.arguments;
  return (isImport || isRequire) && first !== undefined && ts.isStringLiteralLike(first) ? first.text : undefined;
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);
}

/** A name that is read as a global: not a member, not a key, not a declaration; `globalThis.process` counts. */
function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return parent.expression.getText() === 'globalThis';
  if (ts.isTypeNode(parent) || ts.isTypeElement(parent) || ts.isTypeQueryNode(parent) || ts.isQualifiedName(parent)) return false;
  if (ts.isMethodDeclaration(parent)) return false;
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) return parent.initializer === node;
  return !ts.isImportSpecifier(parent) && !ts.isExportSpecifier(parent) && !ts.isFunctionDeclaration(parent);
}

/** Whether a variable or parameter of that name (a child process, say) is declared around the place. */
function isShadowed(name: ts.Identifier): boolean {
  for (let scope: ts.Node | undefined = name.parent; scope !== undefined; scope = scope.parent) {
    if (ts.isFunctionLike(scope) && scope.parameters.some((parameter) => declares(parameter.name, name.text))) return true;
    const statements: readonly ts.Statement[] = ts.isBlock(scope) || ts.isSourceFile(scope) || ts.isCaseClause(scope) ? scope.statements : [];
    const lists: ts.VariableDeclarationList[] = statements.flatMap((statement) => (ts.isVariableStatement(statement) ? [statement.declarationList] : []));
    if ((ts.isForOfStatement(scope) || ts.isForStatement(scope)) && scope.initializer !== undefined && ts.isVariableDeclarationList(scope.initializer)) lists.push(scope.initializer);
    if (lists.some((list) => list.declarations.some((declaration) => declares(declaration.name, name.text)))) return true;
  }
  return false;
}

function declares(name: ts.BindingName, text: string): boolean {
  if (ts.isIdentifier(name)) return name.text === text;
  return name.elements.some((element) => ts.isBindingElement(element) && declares(element.name, text));
}

function isClock(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return /^(?:globalThis\.)?(?:Date|performance)$/.test(node.expression.getText()) && node.name.text === 'now';
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'Date') return false;
  return node.arguments === undefined || node.arguments.length === 0;
}
