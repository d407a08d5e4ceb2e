// The module under test and the C that makes the attempts in the guest. It only tells what happened: for each state of the
// memories one line, their sizes, whether new memory was clean, each attempt's trap, what was loaded, digests of the bytes.
// Read first: memory-model.ts, test/support/driver.h.
import type { Attempt, Layout, Probe } from './memory-model.ts';

const KINDS = { load: 0, drop: 1, store: 2 };

function probeText({ access, memory, bits, offset, constant }: Probe, index: number): string {
  const address = constant === undefined ? '(local.get $address)' : `(i${bits}.const ${constant})`;
  const parameters = `(param $address i${bits})${access.kind === 'store' ? ' (param $value i64)' : ''}`;
  const result = access.kind === 'load' ? '(result i64)' : '';
  const local = access.name.startsWith('v128') && access.kind === 'load' ? '(local $vector v128)' : '';
  return `(func (export "p${index}") ${parameters} ${result} ${local} ${access.body(`$m${memory} offset=${offset}`, address)})`;
}

function memoryText(bits: 32 | 64, index: number): string {
  const grow = `memory.grow $m${index}`;
  return `(memory $m${index} (export "m${index}") ${bits === 64 ? 'i64 ' : ''}1)
    (func (export "grow${index}") (param i64) (result i64) ${bits === 64 ? `(${grow} (local.get 0))` : `(i64.extend_i32_s (${grow} (i32.wrap_i64 (local.get 0))))`})`;
}

export function moduleText(layout: Layout, probes: readonly Probe[]): string {
  return `(module ${layout.map(memoryText).join('\n')}\n${probes.map(probeText).join('\n')})`;
}

/** `sizes`: pages of the first memory, round by round; each further one has a page more than the one before it. */
export function driverText(layout: Layout, probes: readonly Probe[], attempts: readonly Attempt[], sizes: readonly number[]): string {
  const numbers = layout.map((_, i) => i);
  return `
#include "m.h"
static w2c_m m;
static const struct { u8 kind, memory; void* function; } probes[] = {${probes.map(({ access, memory }, i) => `{${KINDS[access.kind]},${memory},w2c_m_p${i}}`).join(',')}};
static const u32 which[] = {${attempts.map(({ probe, relative }) => `${probe * 2 + Number(relative)}u`).join(',')}};
static const u64 addresses[] = {${attempts.map(({ value }) => `${value}u`).join(',')}};
enum { COUNT = sizeof which / sizeof *which, PROBES = sizeof probes / sizeof *probes, MEMORIES = ${layout.length} };
static u32 sums[PROBES];
static char codes[COUNT];
static volatile u64 loaded;
static wasm_rt_memory_t* memories[MEMORIES];
static u64 (*const grow[])(w2c_m*, u64) = {${numbers.map((i) => `w2c_m_grow${i}`).join(',')}};
static const bool is64[] = {${layout.map((bits) => Number(bits === 64)).join(',')}};
static void try(u32 i, u32 sum) {
  u32 probe = which[i] >> 1, memory = probes[probe].memory;
  u64 address = addresses[i] + (which[i] & 1 ? memories[memory]->size : 0);
  void* function = probes[probe].function;
  if (!is64[memory]) address = (u32)address; /* the register is the same */
  loaded = 0;
  codes[i] = 'a' + (probes[probe].kind == 0 ? ATTEMPT(loaded = ((u64(*)(w2c_m*, u64))function)(&m, address))
    : probes[probe].kind == 1 ? ATTEMPT(((void(*)(w2c_m*, u64))function)(&m, address))
    : ATTEMPT(((void(*)(w2c_m*, u64, u64))function)(&m, address, (u64)sum << 32 | ~i)));
}
static void state(const u64* before) {
  u64 dirty = 0;
  for (u32 k = 0; k < MEMORIES; k++) {
    u8* bytes = memories[k]->data;
    for (u64 at = before[k]; at < memories[k]->size; at += 4) dirty |= *(u32*)(bytes + at), *(u32*)(bytes + at) = ((u32)at + k) * 2654435761u;
    say_hex(memories[k]->size, 8);
  }
  u32 sum = DIGEST_START;
  for (u32 i = 0; i < COUNT; i++) try(i, sum), sums[which[i] >> 1] = sum = digest64(sum, loaded);
  say_text(dirty ? " dirty " : " clean "), say(codes, COUNT), say_text(" ");
  for (u32 i = 0; i < PROBES; i++) say_hex(sums[i], 8);
  say_text(" ");
  for (u32 k = 0; k < MEMORIES; k++) say_hex(digest_memory(memories[k]->data, memories[k]->size), 8);
  say_text("\\n");
}
void drive(void) {
  static const u32 sizes[] = {${sizes.join(',')}};
  u64 before[MEMORIES] = {0};
  wasm2c_m_instantiate(&m);
  ${numbers.map((i) => `memories[${i}] = w2c_m_m${i}(&m);`).join(' ')}
  for (u32 i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    for (u32 k = 0; k < MEMORIES; k++) if (grow[k](&m, sizes[i] + k - memories[k]->pages) == -1ul) return;
    state(before);
    for (u32 k = 0; k < MEMORIES; k++) before[k] = memories[k]->size;
  }
  for (u32 step = 1024; step; step /= 2) while (grow[0](&m, step) != -1ul);
  state(before);
}`;
}
