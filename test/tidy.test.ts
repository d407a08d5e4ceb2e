// Style as a test: what docs/style.md promises and a machine can check.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

/** Lowest first. A folder may import from itself and from those before it. */
const LAYERS = ['host', 'lib', 'abi', 'base', 'mm', 'boot-info', 'config', 'irq', 'time', 'entropy', 'acpi', 'pci', 'virtio', 'ninep', 'console', 'ending', 'net', 'sockets', 'fs', 'wasi', 'solo5', 'kernel', 'index.ts', 'index-sockets.ts'];
/** Files that others reach only through their neighbours in the same folder are tested on the simulated machine. */
const PURE_LAYERS = ['lib', 'mm', 'config', 'entropy', 'console'];

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const inFolder = (folder: string, ending: RegExp): string[] => files.filter((path) => path.startsWith(`${folder}/`) && ending.test(path));

const assembly = inFolder('assembly', /\.ts$/);
const typescript = files.filter((path) => /^(scripts|test|bench|examples)\/.*\.ts$/.test(path));
const own = files.filter((path) => /^(assembly|boot|shim|sdk|scripts|test|bench|examples)\/.*\.(ts|mjs|cjs|c|h|S|ld)$/.test(path));
const docs = files.filter((path) => path.endsWith('.md'));

const parse = (path: string): ts.SourceFile => ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022, true);

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => visit(child, see));
}

/** path:line of every node that the condition picks. */
function find(paths: readonly string[], condition: (node: ts.Node) => boolean): string[] {
  return paths.flatMap((path) => {
    const source = parse(path);
    const found: string[] = [];
    visit(source, (node) => {
      if (condition(node)) found.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    });
    return found;
  });
}

describe('every source file', () => {
  test('begins by saying what it is', () => {
    const start = /^(#![^\n]*\n)?\s*(\/\/ \S|\/\* ?\S|\/\*\s*\n \* \S)/;
    // A unit test says it by its path: it mirrors the file that it tests.
    expect(own.filter((path) => !/^test\/unit\/.*\.test\.ts$/.test(path) && !start.test(read(path)))).toEqual([]);
  });

  test(`has at most ${FILE_LINES_MAX} lines`, () => {
    expect(own.filter((path) => read(path).split('\n').length > FILE_LINES_MAX + 1)).toEqual([]);
  });

  test(`has no function of more than ${FUNCTION_LINES_MAX} lines`, () => {
    const lines = (node: ts.Node): number => node.getText().split('\n').length;
    // A describe block of a test is a list, not a function to be understood as one.
    const isFunction = (node: ts.Node): boolean =>
      ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || (ts.isArrowFunction(node) && !ts.isCallExpression(node.parent));
    expect(find([...assembly, ...typescript], (node) => isFunction(node) && lines(node) > FUNCTION_LINES_MAX)).toEqual([]);
  });

  test('leaves nothing to do without an issue', () => {
    const marks = new RegExp(`\\b(${['TO', 'FIX', 'XX'].map((s, i) => s + ['DO', 'ME', 'X'][i]).join('|')})\\b(?!\\(#\\d+\\))`);
    expect(own.filter((path) => marks.test(read(path)))).toEqual([]);
  });

  test('is free of paths of one machine', () => {
    expect([...own, ...docs].filter((path) => /\/(home|root|work)\/[a-z]/.test(read(path)))).toEqual([]);
  });
});

describe('the kernel', () => {
  const layerOf = (path: string): number => LAYERS.indexOf(path.split('/')[1]!);

  test('has no folder outside the list of layers', () => {
    expect(assembly.filter((path) => layerOf(path) < 0)).toEqual([]);
  });

  test('imports downwards only', () => {
    const upward = assembly.flatMap((path) =>
      [...read(path).matchAll(/from "([^"]+)"/g)]
        .map((match) => relative(root, join(root, dirname(path), `${match[1]}.ts`)))
        .filter((target) => layerOf(target) > layerOf(path) || !existsSync(join(root, target)))
        .map((target) => `${path} imports ${target}`));
    expect(upward).toEqual([]);
  });

  test('declares its imports from the outside in host/ alone', () => {
    const outside = assembly.filter((path) => !path.startsWith('assembly/host/') && /@external|declare function/.test(read(path)));
    expect(outside).toEqual([]);
  });

  test('creates no managed objects', () => {
    const inMemoryData = (node: ts.Node): boolean => ts.isCallExpression(node.parent) && /^memory\.data/.test(node.parent.getText());
    const managed = find(assembly, (node) =>
      ts.isNewExpression(node) || ts.isTemplateExpression(node) || ts.isThrowStatement(node)
      || (ts.isArrayLiteralExpression(node) && !inMemoryData(node)));
    expect(managed).toEqual([]);
  });

  test('writes the section of its standard into every spec file', () => {
    const specs = assembly.filter((path) => path.endsWith('/spec.ts'));
    expect(specs.length).toBeGreaterThan(2);
    expect(specs.filter((path) => !/§|RFC \d+|SDM|preview 1/.test(read(path)))).toEqual([]);
  });

  test('has a unit test for each file of its pure layers, and none without its file', () => {
    const pure = assembly.filter((path) => PURE_LAYERS.includes(path.split('/')[1]!));
    const testOf = (path: string): string => path.replace(/^assembly/, 'test/unit/assembly').replace(/\.ts$/, '.test.ts');
    const sim = inFolder('test/sim', /\.test\.ts$/).map(read).join('\n');
    expect(pure.filter((path) => !files.includes(testOf(path)) && !sim.includes(path)), 'untested').toEqual([]);
    const sources = inFolder('test/unit/assembly', /\.test\.ts$/).map((path) => path.replace('test/unit/', '').replace('.test.ts', '.ts'));
    expect(sources.filter((path) => !files.includes(path)), 'orphaned').toEqual([]);
  });
});

describe('ring 0', () => {
  test('is small enough to be read in one sitting: at most 500 instructions, the repeated stubs aside', () => {
    const instruction = /^\s*(?:\d+:\s+)?[a-z][a-z0-9]*(?:\s|$)/;
    const lines = ['entry', 'vectors', 'services'].flatMap((name) => read(`boot/${name}.S`).replaceAll(/\/\*[\s\S]*?\*\//g, '').split('\n'));
    const count = lines.filter((line) => instruction.test(line.replace(/^\d+:/, '   '))).length;
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(500);
  });
});

describe('the documentation', () => {
  test('links only to files that exist', () => {
    const broken = docs.flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1]!)
        .filter((target) => !/^https?:/.test(target) && !existsSync(join(root, dirname(path), target)))
        .map((target) => `${path}: ${target}`));
    expect(broken).toEqual([]);
  });

  test('names only files that exist', () => {
    const folders = /^(assembly|boot|shim|sdk|scripts|test|bench|examples|docs)\/[\w./-]*\w(\/|\.\w+)$/;
    const missing = docs.flatMap((path) =>
      [...read(path).matchAll(/`([^`\s]+)`/g)]
        .map((match) => match[1]!)
        .filter((name) => folders.test(name) && !existsSync(join(root, name)))
        .map((name) => `${path}: ${name}`));
    expect(missing).toEqual([]);
  });

  test('names only npm scripts and asolo commands that exist', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
    const help = execFileSync('node', [join(root, 'scripts/asolo.mjs'), '--help'], { encoding: 'utf8' });
    const commands = [...help.matchAll(/^ {2}([a-z]+)\b/gm)].map((match) => match[1]!);
    const wrong = docs.flatMap((path) => [
      ...[...read(path).matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]!).filter((name) => !scripts.includes(name)),
      ...[...read(path).matchAll(/^ {4}(?:npx )?asolo ([a-z]+)/gm)].map((match) => match[1]!).filter((name) => !commands.includes(name)),
    ].map((name) => `${path}: ${name}`));
    expect(commands).toContain('build');
    expect(wrong).toEqual([]);
  });

  test('lists every dependency with its reason', () => {
    const manifest = JSON.parse(read('package.json')) as { dependencies: object; devDependencies: object };
    const text = read('docs/dependencies.md');
    const missing = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)].filter((name) => !text.includes(name));
    expect(missing).toEqual([]);
  });

  test('has a row for each of the 46 functions of WASI preview 1', () => {
    const rows = new Set([...read('docs/wasi.md').matchAll(/^\|[^|\n]*`(\w+)`/gm)].map((match) => match[1]!));
    const exported = [...read('assembly/index.ts').matchAll(/\bwasi_(\w+)/g)].map((match) => match[1]!);
    expect(new Set(exported).size).toBe(46);
    expect([...new Set(exported)].filter((name) => !rows.has(name))).toEqual([]);
  });
});
