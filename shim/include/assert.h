/* wasm2c asserts once, that the runtime is initialised; ours always is. */
#ifndef ASOLO_ASSERT_H
#define ASOLO_ASSERT_H
#define assert(condition) ((void)0)
#endif
