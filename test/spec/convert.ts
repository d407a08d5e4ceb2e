// Modules of a .wast file to binaries, and the refusal of malformed and invalid ones: both by npm wabt.
// Its library cannot be told of custom page sizes, and writes data segments of further memories without the memory's
// index: there its command line programs are run instead.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';
import type { Cache } from '../../scripts/cache.ts';
import { packageProgram } from '../../scripts/paths.ts';
import { plainText, tryCommand } from '../../scripts/run-command.ts';
import type { ModuleSource } from './wast.ts';

type Wabt = Awaited<ReturnType<typeof loadWabt>>;
type Features = Parameters<Wabt['parseWat']>[2] & { multi_memory?: boolean };
type ParsedModule = ReturnType<Wabt['parseWat']>;

export interface Refusal {
  /** 'accepted' is the failure: the module was taken. */
  by: 'parser' | 'validator' | 'accepted';
  message: string;
}

const WRITE = { log: false, canonicalize_lebs: true, relocatable: false, write_debug_names: false };

export class Converter {
  private readonly cache: Cache;
  private readonly flags: readonly string[];
  private readonly features: Features;
  private readonly writesByProcess: boolean;
  private readonly checksByProcess: boolean;

  /** `flags`: wasm2c's, as LIST.tsv gives them: they switch features on. */
  constructor(cache: Cache, flags: readonly string[]) {
    this.cache = cache;
    this.flags = flags;
    this.checksByProcess = flags.includes('--enable-custom-page-sizes');
    this.writesByProcess = this.checksByProcess || flags.includes('--enable-multi-memory');
    this.features = Object.fromEntries(flags.map((flag) => [flag.replace('--enable-', '').replaceAll('-', '_'), true]));
  }

  /** The binary of a valid module. */
  async toBinary(source: ModuleSource): Promise<Uint8Array> {
    if (source.kind === 'binary') return source.bytes;
    if (this.writesByProcess) {
      const { binary, message } = await this.run('wat2wasm', source.bytes);
      if (!binary) throw new Error(message);
      return binary;
    }
    const wabt = await library();
    const module = open(wabt, source, this.features);
    try {
      module.resolveNames();
      return module.toBinary(WRITE).buffer.slice();
    } finally {
      module.destroy();
    }
  }

  /** Who refuses the module. */
  async refusal(source: ModuleSource): Promise<Refusal> {
    if (this.checksByProcess) {
      const { binary, message } = await this.run(source.kind === 'binary' ? 'wasm-validate' : 'wat2wasm', source.bytes);
      return { by: binary ? 'accepted' : 'validator', message };
    }
    const wabt = await library();
    let module: ParsedModule;
    try {
      module = open(wabt, source, this.features);
    } catch (error) {
      return { by: 'parser', message: messageOf(error) };
    }
    try {
      module.resolveNames();
      module.validate();
      return { by: 'accepted', message: '' };
    } catch (error) {
      return { by: 'validator', message: messageOf(error) };
    } finally {
      module.destroy();
    }
  }

  private async run(program: string, bytes: Uint8Array): Promise<{ binary?: Uint8Array; message: string }> {
    const work = this.cache.makeScratch();
    const input = join(work, 'input');
    const output = join(work, 'output');
    try {
      writeFileSync(input, bytes);
      const target = program === 'wat2wasm' ? ['-o', output] : [];
      const { status, stderr } = await tryCommand({ program: process.execPath, args: [packageProgram('wabt', program), ...this.flags, input, ...target] });
      return status === 0 ? { binary: program === 'wat2wasm' ? readFileSync(output) : bytes, message: '' } : { message: plainText(stderr) };
    } finally {
      this.cache.drop(work);
      rmSync(work, { recursive: true, force: true });
    }
  }
}

let loading: ReturnType<typeof loadWabt> | undefined;
/** One instance for all: each call of loadWabt would compile another. */
const library = (): ReturnType<typeof loadWabt> => (loading ??= loadWabt());

function open(wabt: Wabt, source: ModuleSource, features: Features): ParsedModule {
  // A copy: wabt takes the whole ArrayBuffer behind a view.
  const bytes = Uint8Array.from(source.bytes);
  if (source.kind === 'binary') return wabt.readWasm(bytes, { ...features, readDebugNames: false });
  return wabt.parseWat('module.wat', bytes, features);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
