import tseslint from 'typescript-eslint';

const SHELLS = ['src/cli/**', 'src/action/**', 'src/build/**'];

/** Bans with the reason in the message; see `src/ARCHITECTURE.md`. */
const reveal = {
  selector: "CallExpression[callee.property.name='reveal']",
  message: 'Secret.reveal() is legal only in src/issuers, src/respond, src/consumers, src/github and src/forges.',
};
const clock = {
  selector: "CallExpression[callee.object.name='Date'][callee.property.name='now'], NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'The clock belongs to the shells: take `now` as a parameter.',
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'src/detect/wasm/**', '**/generated/**', '.cache/**', 'demo-out/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: SHELLS,
    rules: {
      'no-restricted-syntax': ['error', reveal, clock],
      'no-restricted-globals': ['error', { name: 'process', message: 'process belongs to the shells.' }, { name: 'fetch', message: 'fetch exists only in src/lib/http.' }],
      'no-console': 'error',
    },
  },
  { files: ['src/issuers/**/*.ts', 'src/respond/**/*.ts', 'src/consumers/**/*.ts', 'src/github/**/*.ts', 'src/forges/**/*.ts'], rules: { 'no-restricted-syntax': ['error', clock] } },
  { files: SHELLS.map((glob) => `${glob}/*.ts`), rules: { 'no-restricted-syntax': ['error', reveal] } },
  { files: ['src/lib/http/**/*.ts'], rules: { 'no-restricted-globals': ['error', { name: 'process', message: 'process belongs to the shells.' }] } },
  { files: ['**/*.config.ts', 'eslint.config.js'], rules: { 'no-restricted-exports': 'off' } },
);
