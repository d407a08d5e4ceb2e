// Lint for everything that is TypeScript and not AssemblyScript (assembly/ has the tidy test).
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['assembly/**', 'sdk/**', 'examples/*/**', 'build/**', 'node_modules/**', '.cache/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['eslint.config.mjs'] }, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowNullish: true }],
      'eqeqeq': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'named exports only' }],
      'max-lines-per-function': 'off',
    },
  },
  {
    files: ['scripts/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: false }],
      'no-control-regex': 'off',
    },
  },
  { files: ['**/*.cjs', '**/*.mjs', '**/*.config.*'], ...tseslint.configs.disableTypeChecked },
  { files: ['*.config.*'], rules: { 'no-restricted-syntax': 'off' } },
);
