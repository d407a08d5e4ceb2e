/*
 * Exceptions of the runtime interface of wasm2c 1.0.39: a `try` is a setjmp into a chain of unwind targets.
 * Read first: wasm-rt.h. Defined in shim/exceptions.c and boot/ring3.S.
 */
#ifndef WASM_RT_EXCEPTIONS_H_
#define WASM_RT_EXCEPTIONS_H_

#include "wasm-rt.h"

typedef const void* wasm_rt_tag_t;

/* rbx rbp r12-r15 rsp rip: what a call keeps (System V ABI §3.2.1). */
typedef struct {
  uint64_t registers[8];
} wasm_rt_jmp_buf;

#define WASM_RT_UNWIND_TARGET wasm_rt_jmp_buf
#define WASM_RT_EXCEPTION_BYTES_MAX 256
#define wasm_rt_try(target) asolo_setjmp(&(target))

typedef struct {
  wasm_rt_tag_t tag;
  uint32_t size;
  char data[WASM_RT_EXCEPTION_BYTES_MAX];
} wasm_rt_exnref_t;
typedef struct {
  wasm_rt_exnref_t* data;
  uint32_t max_size, size;
} wasm_rt_exnref_table_t;
static const wasm_rt_exnref_t wasm_rt_exnref_null_value = {NULL, 0, {0}};

__attribute__((returns_twice)) int asolo_setjmp(wasm_rt_jmp_buf*);
WASM_RT_NO_RETURN void asolo_longjmp(wasm_rt_jmp_buf*, int value);

void wasm_rt_load_exception(wasm_rt_tag_t tag, uint32_t size, const void* values);
WASM_RT_NO_RETURN void wasm_rt_throw(void);
WASM_RT_UNWIND_TARGET* wasm_rt_get_unwind_target(void);
void wasm_rt_set_unwind_target(WASM_RT_UNWIND_TARGET* target);
wasm_rt_tag_t wasm_rt_exception_tag(void);
uint32_t wasm_rt_exception_size(void);
void* wasm_rt_exception(void);

#endif
