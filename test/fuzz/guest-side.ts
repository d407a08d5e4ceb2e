// The other side: C that calls the modules of a batch in the guest and writes the same lines as v8-side.ts. One boot runs
// one module, whose number it asks for: so each has the machine's first memory, at virtual 0.
// Read first: test/support/driver-image.ts, test/support/driver.h.
import type { Signature, ValueType } from '../../scripts/wasm/module.ts';
import { AFTER_TRAP, CALL_EXPORT_COUNT, CALL_EXPORT_DEPTH, callsOf, NUMBERS } from './calls.ts';
import type { FuzzModule } from './module.ts';

const C_TYPES: Partial<Record<ValueType, string>> = { i32: 'u32', i64: 'u64', f32: 'f32', f64: 'f64', v128: 'v128', funcref: 'wasm_rt_funcref_t', externref: 'wasm_rt_externref_t' };
const LETTERS: Partial<Record<ValueType, string>> = { i32: 'i', i64: 'j', f32: 'f', f64: 'd', funcref: 'r', externref: 'e' };

const PRELUDE = `
static u32 logged, depth, count, exhausted;
static u32 add_i32(u32 sum, u32 value) { return digest(sum, value); }
static u32 add_i64(u32 sum, u64 value) { return digest64(sum, value); }
static u32 add_f32(u32 sum, f32 value) { u32 bits; memcpy(&bits, &value, 4); return digest(sum, value != value ? 0x7fc00000 : bits); }
static u32 add_f64(u32 sum, f64 value) { u64 bits; memcpy(&bits, &value, 8); return digest64(sum, value != value ? 0x7ff8000000000000 : bits); }
static u32 add_funcref(u32 sum, wasm_rt_funcref_t value) { return digest(sum, value.func != 0); }
static u32 add_externref(u32 sum, wasm_rt_externref_t value) { return digest(sum, value != 0); }
static f32 f32_of(u32 bits) { f32 value; memcpy(&value, &bits, 4); return value; }
static f64 f64_of(u64 bits) { f64 value; memcpy(&value, &bits, 8); return value; }
static void (*call_zero)(u32);
static void (*forget)(void);
static u32 functions;
static u32 call_export(u32 index) {
  if (functions == 0 || depth >= ${CALL_EXPORT_DEPTH} || count >= ${CALL_EXPORT_COUNT}) return 0;
  count++, depth++;
  call_zero(index % functions);
  depth--;
  return 1;
}
static u32 attempt_export(u32 index) {
  volatile u32 before = depth;
  u32 code = ATTEMPT(call_export(index));
  depth = before;
  if (code == WASM_RT_TRAP_EXHAUSTION) exhausted = 1;
  if (code) forget();
  return code != 0;
}
static void line(u32 i, u32 code, u32 sum, u32 memory, u32 globals) {
  char text[64];
  u32 at = 0, digits = 1, values[] = {sum, logged, memory, globals};
  for (u32 rest = i; rest >= 10; rest /= 10) digits++;
  for (u32 d = digits, rest = i; d-- > 0; rest /= 10) text[d] = '0' + rest % 10;
  at = digits, text[at++] = ' ', text[at++] = "0123456789abcdef"[code];
  for (u32 v = 0; v < 4; v++) {
    text[at++] = ' ';
    for (int shift = 28; shift >= 0; shift -= 4) text[at++] = "0123456789abcdef"[values[v] >> shift & 15];
  }
  text[at++] = '\\n';
  say(text, at);
}
`;

/** Bodies of the imported functions; parameters are named a and b. */
const IMPORTS: Record<string, string> = {
  'log-i32': 'logged = add_i32(logged, a);', 'log-i64': 'logged = add_i64(logged, a);',
  'log-f32': 'logged = add_f32(logged, a);', 'log-f64': 'logged = add_f64(logged, a);', 'log-v128': 'u64 halves[2]; memcpy(halves, &a, 16); logged = add_i64(add_i64(logged, halves[0]), halves[1]);',
  'call-export': 'call_export(a);', 'call-export-catch': 'return attempt_export(a);',
  'call-ref': 'logged = add_funcref(logged, a);', 'call-ref-catch': 'logged = add_funcref(logged, a); return 0;',
  'table-get': 'return wasm_rt_funcref_null_value;', 'table-set': 'logged = add_funcref(logged, b);',
  'sleep': 'return b;',
};

function literal(bits: bigint, type: ValueType): string {
  if (type === 'i32') return `${bits}u`;
  if (type === 'i64') return `${bits}ull`;
  if (type === 'f32') return `f32_of(${bits}u)`;
  if (type === 'f64') return `f64_of(${bits}ull)`;
  return type === 'funcref' ? 'wasm_rt_funcref_null_value' : 'wasm_rt_externref_null_value';
}

/** The declaration that follows a comment of wasm2c's header. */
function declaration(header: string, comment: string): { result: string; name: string; parameters: string[] } {
  const at = header.indexOf(`${comment}\n`);
  const match = at < 0 ? null : /^((?:struct )?\w+\s?\*?)\s?(\w+)\(([^()]*)\);/.exec(header.slice(at + comment.length + 1));
  if (!match) throw new Error(`no declaration after ${comment}`);
  return { result: match[1]!.trim(), name: match[2]!, parameters: match[3]!.split(',').map((parameter) => parameter.trim()) };
}

function called(header: string, module: FuzzModule, index: number, values: readonly bigint[]): string {
  const { name, signature } = module.functions[index]!;
  const parameters = signature.params.map((type, i) => literal(values[i] ?? 0n, type));
  return `${declaration(header, `/* export: '${name}' */`).name}(${[`&${module.name}`, ...parameters].join(', ')})`;
}

function summed({ results }: Signature, call: string): string {
  if (results.length === 0) return `${call};`;
  if (results.length === 1) return `sum = add_${results[0]}(sum, ${call});`;
  const members = results.map((type, i) => `sum = add_${type}(sum, r.${LETTERS[type]}${i});`);
  return `struct wasm_multi_${results.map((type) => LETTERS[type]).join('')} r = ${call}; ${members.join(' ')}`;
}

function moduleText(module: FuzzModule, seed: string, header: string): string {
  const { name, functions, globals, importedGlobals, hasMemory } = module;
  const instantiate = new RegExp(`^void wasm2c_${name}_instantiate\\(([^)]*)\\)`, 'm').exec(header)![1]!.split(',').slice(1);
  const exported = (what: string): string => `${declaration(header, `/* export: '${what}' */`).name}(&${name})`;
  const sums = globals.flatMap(({ type }, i) => (NUMBERS.includes(type) ? [`sum = add_${type}(sum, *${exported(`g${i}`)});`] : []));
  const imports = importedGlobals.map(({ name: global, type, module: from }) => {
    const match = new RegExp(`extern (\\w+)\\s?\\* (w2c_\\w+)\\((struct w2c_\\w+\\*)\\);`, 'g');
    const found = [...header.matchAll(match)].find(([, , c]) => c!.endsWith(mangled(global)));
    if (!found) throw new Error(`no declaration of the imported global ${from}.${global}`);
    return `${found[1]}* ${found[2]}(${found[3]} from) { static ${C_TYPES[type]} value; return &value; }`;
  });
  const calls = callsOf(module, seed).map(({ function: index, values }) => `  { u32 sum = DIGEST_START; ${summed(functions[index]!.signature, called(header, module, index, values))} return sum; }`);
  return `
static w2c_${name} ${name};
${imports.join('\n')}
static void ${name}_zero(u32 index) {
  switch (index) {
${functions.map((_, i) => `  case ${i}: ${called(header, module, i, [])}; return;`).join('\n')}
  }
}
static u32 ${name}_call(u32 i) {
  switch (i) {
${calls.map((text, i) => `  case ${i}: ${text}`).join('\n')}
  }
  return 0;
}
static u32 ${name}_globals(void) { u32 sum = DIGEST_START; ${sums.join(' ')} return sum; }
static void ${name}_forget(void) {
  ${hasMemory ? 'for (volatile u64 *word = 0; (u64)word < asolo_application_bytes; word++) *word = 0;' : ''}
  ${globals.map(({ type, mutable }, i) => (mutable && NUMBERS.includes(type) ? `*${exported(`g${i}`)} = ${AFTER_TRAP};` : '')).join(' ')}
}
static u32 ${name}_memory(void) { return ${hasMemory ? 'digest_memory(0, asolo_application_bytes)' : '0'}; }
static void ${name}_instantiate(void) { wasm2c_${name}_instantiate(&${name}${instantiate.map(() => ', 0').join('')}); }
`;
}

/** wasm2c's escapes of an import's field. */
function mangled(name: string): string {
  return `_${[...Buffer.from(name)].map((byte) => {
    const letter = String.fromCharCode(byte);
    return /[A-Za-z0-9_]/.test(letter) ? letter : `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('')}`;
}

export function guestDriver(modules: readonly FuzzModule[], seeds: readonly string[], headers: ReadonlyMap<string, string>): string {
  const bodies = new Map<string, string>();
  for (const header of headers.values()) {
    for (const [, field] of header.matchAll(/\/\* import: 'fuzzing-support' '([^']+)' \*\/\n(?!\s)/g)) {
      const { result, name, parameters } = declaration(header, `/* import: 'fuzzing-support' '${field}' */`);
      bodies.set(name, `${result} ${name}(${parameters.map((type, i) => `${type} ${['from', 'a', 'b'][i]}`).join(', ')}) { ${IMPORTS[field!]} }`);
    }
  }
  const rows = modules.map(({ name, functions, ...rest }, i) =>
    `{${name}_instantiate, ${name}_zero, ${name}_forget, ${name}_call, ${name}_globals, ${name}_memory, ${functions.length}, ${callsOf({ name, functions, ...rest }, seeds[i]!).length}}`);
  return `
${modules.map(({ name }) => `#include "${name}.h"`).join('\n')}
${PRELUDE}
${[...bodies.values()].join('\n')}
${modules.map((module, i) => moduleText(module, seeds[i]!, headers.get(module.name)!)).join('\n')}
static const struct { void (*instantiate)(void), (*zero)(u32), (*forget)(void); u32 (*call)(u32), (*globals)(void), (*memory)(void), functions, calls; } modules[] = {
${rows.join(',\n')}
};
void drive(void) {
  u32 which = ask_number();
  if (which >= sizeof modules / sizeof *modules) return;
  logged = DIGEST_START, call_zero = modules[which].zero, forget = modules[which].forget;
  u32 code = ATTEMPT(modules[which].instantiate());
  say_text("instantiate "), say_hex(code, 1), say_text("\\n");
  if (code) return;
  functions = modules[which].functions; // a start function finds nothing to call: v8-side.ts
  for (u32 i = 0; i < modules[which].calls; i++) {
    volatile u32 sum = DIGEST_START;
    count = depth = 0;
    code = ATTEMPT(sum = modules[which].call(i));
    if (code == WASM_RT_TRAP_EXHAUSTION || exhausted) { say_text("exhausted\\n"); return; }
    if (code) forget();
    line(i, code, sum, modules[which].memory(), modules[which].globals());
  }
}`;
}
