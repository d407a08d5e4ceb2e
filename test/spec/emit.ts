// Writes the C of one .wast file: the code of all its modules with wasm2c's macros once, and the driver's tables.
// Modules that define fallbacks for tail calls into others get a C file of their own, as the linker chooses between
// the weak fallback and the real one.
// Read first: unit.ts (who collects what is written here), runner.h.
import type { CFunction } from './header.ts';
import type { Expected, Value } from './wast.ts';

export interface TranslatedModule {
  /** C name. */
  name: string;
  header: string;
  source: string;
  /** C names of the modules it is instantiated with. */
  takes: string[];
}

export type Call = { kind: 'instantiate'; module: TranslatedModule }
  | { kind: 'invoke'; module: string; target: CFunction }
  | { kind: 'get'; module: string; name: string; type: string };

export interface Play {
  type: 'INSTANTIATE' | 'ACTION' | 'RETURN' | 'TRAP' | 'FAILS_TO_INSTANTIATE';
  line: number;
  code: number;
  call: number;
  values: Value[];
  expected: Expected[];
}

export interface Script {
  file: string;
  /** C name of the unit. */
  name: string;
  modules: TranslatedModule[];
  usesSpectest: boolean;
  calls: Call[];
  plays: Play[];
}

const PREAMBLE = '// Computes a pointer to an object of the given size';
const LAST_OF_PREAMBLE = '#define WEAK_FUNC_DECL(func, fallback) ';
const SIMD = '#define DEFINE_SIMD_LOAD_FUNC(';
const END_OF_SIMD = '// clang-format on\n';
const WEAK_FALLBACK = /^WEAK_FUNC_DECL\(/m;
const INITIALIZER = /^static void (init_\w+)\(/gm;

const LETTERS: Readonly<Record<string, string>> = {
  u32: 'i', u64: 'I', f32: 'f', f64: 'F', v128: 'v', wasm_rt_funcref_t: 'r', wasm_rt_externref_t: 'e', wasm_rt_exnref_t: 'x',
};

interface Parts {
  includes: string;
  preamble: string;
  simd: string;
  body: string;
}

/** Takes wasm2c's text apart; what is between the parts belongs to the body. */
function takeApart({ name, source }: TranslatedModule): Parts {
  const start = source.indexOf(PREAMBLE);
  const end = source.indexOf('#endif\n', source.lastIndexOf(LAST_OF_PREAMBLE)) + '#endif\n'.length;
  if (start < 0 || end <= start) throw new Error(`${name}.c does not have wasm2c's preamble`);
  let body = source.slice(end);
  let simd = '';
  if (body.includes(SIMD)) {
    const after = body.lastIndexOf(END_OF_SIMD) + END_OF_SIMD.length;
    simd = body.slice(0, after);
    body = body.slice(after);
  }
  const includes = source.slice(0, start).split('\n').filter((line) => !/^#(include ".*"|define IS_SINGLE)/.test(line)).join('\n');
  return { includes, preamble: source.slice(start, end), simd, body };
}

/** The main C file first. */
export function writeUnit(script: Script): { file: string; text: string }[] {
  const parts = script.modules.map(takeApart);
  if (new Set(parts.map(({ preamble }) => preamble)).size > 1) throw new Error('the modules have different preambles');
  const alone = parts.map(({ body }) => WEAK_FALLBACK.test(body));
  const headers = script.modules.map(({ header }) => header);
  const main = [
    '#include "runner.h"',
    ...(script.usesSpectest ? ['#include "spectest.h"'] : []),
    parts[0]?.includes ?? '', ...headers, parts[0]?.preamble ?? '', parts.find(({ simd }) => simd)?.simd ?? '',
    ...script.modules.flatMap(({ name }, i) => (alone[i] ? [] : [withOwnInitializers(parts[i]!.body, name)])),
    ...driver(script),
  ];
  const others = script.modules.flatMap(({ name }, i) => {
    const { includes, preamble, simd, body } = parts[i]!;
    return alone[i] ? [{ file: `${name}.c`, text: [includes, headers[i], preamble, simd, body].join('\n') }] : [];
  });
  return [{ file: `${script.name}.c`, text: main.join('\n') }, ...others];
}

/** init_memories and the like are called the same in every module. */
function withOwnInitializers(body: string, name: string): string {
  const names = [...new Set([...body.matchAll(INITIALIZER)].map((match) => match[1]!))];
  return [...names.map((init) => `#define ${init} ${init}_${name}`), body, ...names.map((init) => `#undef ${init}`)].join('\n');
}

function driver(script: Script): string[] {
  const values: string[] = [];
  const expected: string[] = [];
  const commands = script.plays.map(({ type, line, code, call, ...play }) => {
    const row = `{SPEC_${type}, ${play.expected.length}, ${code}, ${line}, ${call}, ${values.length}, ${expected.length}},`;
    values.push(...play.values.map(({ low, high }) => `{${number(low)}, ${number(high)}},`));
    expected.push(...play.expected.map((e) => `{${number(e.low)}, ${number(e.high)}, ${number(e.maskLow)}, ${number(e.maskHigh)}},`));
    return row;
  });
  return [
    ...(script.usesSpectest ? ['static w2c_spectest i_spectest;'] : []),
    ...script.modules.map(({ name }) => `static w2c_${name} i_${name};`),
    ...script.calls.map((call, i) => `static void c${i}(const spec_value* a, spec_value* r) {${bodyOf(call)}}`),
    `static const spec_call calls[] = {${script.calls.map((_, i) => `c${i}`).join(', ')}};`,
    `static const char* const result_types[] = {${script.calls.map((call) => `"${lettersOf(call)}"`).join(', ')}};`,
    `static const spec_value values[] = {${values.join('\n') || '{0}'}};`,
    `static const spec_expected expected[] = {${expected.join('\n') || '{0}'}};`,
    `static const spec_command commands[] = {${commands.join('\n') || '{0}'}};`,
    `const spec_unit unit_${script.name} = {${JSON.stringify(script.file)}, calls, result_types, values, expected, commands, ${commands.length}};`,
    '',
  ];
}

function number(value: bigint): string {
  return value < 10n ? value.toString() : `0x${value.toString(16)}ul`;
}

function bodyOf(call: Call): string {
  if (call.kind === 'instantiate') {
    const { name, takes } = call.module;
    return ` wasm2c_${name}_instantiate(${[name, ...takes].map((module) => `&i_${module}`).join(', ')}); `;
  }
  if (call.kind === 'get') return ` SPEC_GIVE_${call.type}(r[0], *${call.name}(&i_${call.module})); `;
  const { name, parameters, results, returns } = call.target;
  const invoke = `${name}(${[`&i_${call.module}`, ...parameters.map((type, i) => `SPEC_TAKE_${type}(a[${i}])`)].join(', ')})`;
  if (results.length === 0) return ` ${invoke}; `;
  return ` ${returns} v = ${invoke}; ${results.map(({ type, field }, i) => `SPEC_GIVE_${type}(r[${i}], v${field}); `).join('')}`;
}

function lettersOf(call: Call): string {
  if (call.kind === 'instantiate') return '';
  return call.kind === 'get' ? LETTERS[call.type] ?? '?' : call.target.results.map(({ type }) => LETTERS[type] ?? '?').join('');
}
