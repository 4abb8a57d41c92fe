import { linesOf, type Reference, type Told } from './reference.ts';

/** Names that people give to secrets. */
export const SECRET_NAME = /TOKEN|SECRET|PASSW|(?:^|_)KEY|CREDENTIAL|(?:^|_)AUTH|(?:^|_)PAT$|DSN/i;
/** How languages read a variable: Node, Deno, Python, Ruby, Go, Java, Rust, PHP, C#. */
const READS = [
  /\bprocess\.env(?:\.([A-Za-z_]\w*)|\[\s*['"`]([A-Za-z_]\w*)['"`]\s*\])/g,
  /\bimport\.meta\.env\.([A-Za-z_]\w*)/g,
  /\b(?:Deno|Bun)\.env(?:\.get\(\s*['"`]([A-Za-z_]\w*)['"`]|\.([A-Za-z_]\w*))/g,
  /\bos\.(?:environ(?:\.get\(\s*|\[\s*)|getenv\(\s*)['"]([A-Za-z_]\w*)['"]/g,
  /\bENV(?:\.fetch\(\s*|\[\s*)['"]([A-Za-z_]\w*)['"]/g,
  /\b(?:os\.(?:Getenv|LookupEnv)|System\.getenv|env::var|getenv|GetEnvironmentVariable)\(\s*['"]([A-Za-z_]\w*)['"]/g,
];

/** Variables with names of secrets that code reads. */
export function readCode(text: string): Told {
  const references: Reference[] = [];
  for (const { line, text: part } of linesOf(text)) {
    if (!/env/i.test(part)) continue;
    for (const pattern of READS) {
      for (const [, first, second] of part.matchAll(pattern)) {
        const name = first ?? second ?? '';
        if (SECRET_NAME.test(name)) references.push({ holder: 'environment', name, line });
      }
    }
  }
  return { references };
}
