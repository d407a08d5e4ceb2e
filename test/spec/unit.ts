// One .wast file -> a unit: its modules translated by the product's own step, and a driver that plays its commands.
// Malformed and invalid modules are checked here, at build time, where asolo would refuse them too.
// Read first: wast.ts (commands), emit.ts (the C), runner.c (who plays it). Units are cached by all that goes into them.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cache, hashFile, keyOf, sha256 } from '../../scripts/cache.ts';
import { ROOT, packageVersion } from '../../scripts/paths.ts';
import { EACH_BASE } from '../../scripts/steps/patch-c.ts';
import { wasmToC } from '../../scripts/steps/wasm-to-c.ts';
import { readModule } from '../../scripts/wasm/module.ts';
import { tableBytes } from '../../scripts/wasm/tables.ts';
import { Converter } from './convert.ts';
import { type Call, type Play, type Script, type TranslatedModule, writeUnit } from './emit.ts';
import { type Header, readHeader } from './header.ts';
import { renameImports } from './imports.ts';
import { STACK_EXHAUSTION, UNCAUGHT_EXCEPTION, trapCode } from './trap-codes.ts';
import { type Action, type Command, type Expected, type ModuleSource, readWast } from './wast.ts';

/** Slots for memories (shim/memory.c) bound what an image can hold; a file with more modules is cut where it can be. */
const MODULES_MAX = 40;

export interface SpecFile {
  /** As LIST.tsv has it. */
  file: string;
  flags: readonly string[];
  path: string;
}

export interface UnitInfo {
  file: string;
  name: string;
  sources: string[];
  /** What the driver must report. */
  assertions: number;
  /** Malformed and invalid modules that were refused. */
  refused: number;
  /** assert_unlinkable: nothing in the product links Wasm modules to each other. */
  unlinkable: number;
  /** Failures at build time. */
  failures: string[];
  tableBytes: number;
  memories: number;
  sourceBytes: number;
}

export interface Unit extends UnitInfo {
  directory: string;
}

const INFO = 'unit.json';

/** C name of a file's unit: 'proposals/multi-memory/load0.wast' -> 'proposalsmultimemoryload0'. */
export function unitName(file: string): string {
  return file.replace(/\.wast$/, '').replaceAll(/[^A-Za-z0-9]/g, '');
}

/** Everything that decides what a unit looks like. */
function unitKey({ file, flags, path }: SpecFile): string {
  const own = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts')).sort().map((name) => join(import.meta.dirname, name));
  const steps = ['patch-c.ts', 'wasm-to-c.ts', 'wasm2c-stack.cjs'].map((name) => join(ROOT, 'scripts/steps', name));
  return keyOf('spec-unit', file, flags, hashFile(path), packageVersion('wabt'), [...own, ...steps].map(hashFile));
}

/** The units of a file: mostly one. */
export async function buildUnits(cache: Cache, spec: SpecFile): Promise<Unit[]> {
  const directory = await cache.entry('spec', unitKey(spec), async (work) => {
    // wasm2c's output for single modules is of no use later: 40 KiB of the same macros each.
    const scratch = cache.makeScratch();
    const infos: UnitInfo[] = [];
    try {
      for (const [i, commands] of cut(readWast(readFileSync(spec.path))).entries()) {
        const builder = new UnitBuilder(new Cache(scratch), spec, unitName(spec.file) + (i > 0 ? `P${i}` : ''));
        const { info, files } = await builder.build(commands);
        for (const { file, text } of files) writeFileSync(join(work, file), text, 'latin1');
        infos.push(info);
      }
      writeFileSync(join(work, INFO), JSON.stringify(infos));
    } finally {
      cache.drop(scratch);
    }
  });
  const infos = JSON.parse(readFileSync(join(directory, INFO), 'utf8')) as UnitInfo[];
  return infos.map((info) => ({ ...info, directory }));
}

/** Cuts a long script before modules, if no command refers to any module but the latest. */
export function cut(commands: readonly Command[]): Command[][] {
  const refers = commands.some((command) => command.type === 'register' || ('action' in command && command.action.module !== undefined));
  const parts: Command[][] = [[]];
  let modules = 0;
  for (const command of commands) {
    if (command.type === 'module' && ++modules > MODULES_MAX && !refers) {
      parts.push([]);
      modules = 1;
    }
    parts[parts.length - 1]!.push(command);
  }
  return parts;
}

interface Instance {
  name: string;
  header: Header;
}

class UnitBuilder {
  private readonly cache: Cache;
  private readonly spec: SpecFile;
  private readonly converter: Converter;
  private readonly script: Script;
  private readonly info: UnitInfo;
  private readonly named = new Map<string, Instance>();
  private readonly registered = new Map<string, string>();
  private readonly callNumbers = new Map<string, number>();
  private latest: Instance | undefined;

  constructor(cache: Cache, spec: SpecFile, name: string) {
    this.cache = cache;
    this.spec = spec;
    this.converter = new Converter(cache, spec.flags);
    this.script = { file: spec.file, name, modules: [], usesSpectest: false, calls: [], plays: [] };
    this.info = { file: spec.file, name, sources: [], assertions: 0, refused: 0, unlinkable: 0, failures: [], tableBytes: 0, memories: 0, sourceBytes: 0 };
  }

  async build(commands: readonly Command[]): Promise<{ info: UnitInfo; files: { file: string; text: string }[] }> {
    for (const command of commands) {
      try {
        await this.add(command);
      } catch (error) {
        this.fail(command.line, error instanceof Error ? `${error.message} ${(error as { detail?: string }).detail ?? ''}`.trim() : String(error));
      }
    }
    const files = writeUnit(this.script);
    const { info } = this;
    info.sources = files.map(({ file }) => file);
    info.sourceBytes = files.reduce((sum, { text }) => sum + text.length, 0);
    info.assertions = this.script.plays.filter(({ type }) => type !== 'ACTION' && type !== 'INSTANTIATE').length;
    return { info, files };
  }

  private fail(line: number, message: string): void {
    this.info.failures.push(`${this.spec.file}:${line}: ${message.replaceAll(/\s*\n\s*/g, ' | ')}`);
  }

  private async add(command: Command): Promise<void> {
    const { line } = command;
    switch (command.type) {
      case 'module': {
        const instance = await this.instantiate(command.source, 'INSTANTIATE', 0);
        this.latest = instance;
        if (command.source.name !== undefined) this.named.set(command.source.name, instance);
        return;
      }
      case 'register':
        this.registered.set(command.as, this.instanceOf(command.module).name);
        return;
      case 'uninstantiable':
        await this.instantiate(command.source, 'FAILS_TO_INSTANTIATE', trapCode(command.message));
        return;
      case 'malformed':
      case 'invalid': {
        const { by } = await this.converter.refusal(command.source);
        if (by === 'accepted') this.fail(line, `the ${command.type} module was accepted (${command.message})`);
        else this.info.refused++;
        return;
      }
      case 'unlinkable':
        this.info.unlinkable++;
        return;
      case 'action':
        this.play('ACTION', line, 0, command.action, []);
        return;
      case 'return':
        this.play('RETURN', line, 0, command.action, command.expected);
        return;
      case 'trap':
        this.play('TRAP', line, trapCode(command.message), command.action, []);
        return;
      default:
        this.play('TRAP', line, command.type === 'exhaustion' ? STACK_EXHAUSTION : UNCAUGHT_EXCEPTION, command.action, []);
    }
  }

  private async instantiate(source: ModuleSource, type: Play['type'], code: number): Promise<Instance> {
    const name = `${this.script.name}M${this.script.modules.length}`;
    const binary = renameImports(await this.converter.toBinary(source), (module) => this.serving(module));
    const module = readModule(binary);
    const path = join(this.cache.directory, `${name}.wasm`);
    writeFileSync(path, binary);
    const { directory, header } = await wasmToC(this.cache, path, name, 0, { base: EACH_BASE, fast: false });
    const text = readFileSync(header, 'latin1');
    const read = readHeader(text, name, module.exports);
    const translated: TranslatedModule = { name, header: text, source: readFileSync(join(directory, `${name}.c`), 'latin1'), takes: read.takes };
    this.script.modules.push(translated);
    this.info.tableBytes += tableBytes(module);
    this.info.memories += module.memories.length;
    this.script.calls.push({ kind: 'instantiate', module: translated });
    this.script.plays.push({ type, line: source.line, code, call: this.script.calls.length - 1, values: [], expected: [] });
    return { name, header: read };
  }

  /** C name of the module that serves imports from a registered name. */
  private serving(module: string): string {
    const key = Buffer.from(module, 'utf8').toString('latin1');
    const registered = this.registered.get(key);
    if (registered !== undefined) return registered;
    if (module !== 'spectest') throw new Error(`no module is registered as '${module}'`);
    this.useSpectest();
    return 'spectest';
  }

  /** Each file has an instance of its own, with a table and a memory of its own. */
  private useSpectest(): void {
    if (this.script.usesSpectest) return;
    this.script.usesSpectest = true;
    this.script.calls.push({ kind: 'instantiate', module: { name: 'spectest', header: '', source: '', takes: [] } });
    this.script.plays.push({ type: 'INSTANTIATE', line: 0, code: 0, call: this.script.calls.length - 1, values: [], expected: [] });
  }

  private instanceOf(name: string | undefined): Instance {
    const instance = name === undefined ? this.latest : this.named.get(name);
    if (!instance) throw new Error(`there is no module ${name ?? 'yet'}`);
    return instance;
  }

  private play(type: Play['type'], line: number, code: number, action: Action, expected: Expected[]): void {
    const call = this.callOf(action);
    this.script.plays.push({ type, line, code, call, values: action.values, expected });
  }

  private callOf({ kind, module, field }: Action): number {
    const { name, header } = this.instanceOf(module);
    const key = keyOf(name, kind, field);
    const known = this.callNumbers.get(key);
    if (known !== undefined) return known;
    const utf8 = Buffer.from(field, 'latin1').toString('utf8');
    let call: Call;
    if (kind === 'invoke') {
      const target = header.functions.get(utf8);
      if (!target) throw new Error(`the module exports no function '${utf8}'`);
      call = { kind, module: name, target };
    } else {
      const target = header.globals.get(utf8);
      if (!target) throw new Error(`the module exports no global '${utf8}'`);
      call = { kind, module: name, ...target };
    }
    this.script.calls.push(call);
    this.callNumbers.set(key, this.script.calls.length - 1);
    return this.script.calls.length - 1;
  }
}

/** Hash of the files that a unit is compiled against. */
export function runnerHash(): string {
  return sha256(readFileSync(join(import.meta.dirname, 'runner.h')));
}
