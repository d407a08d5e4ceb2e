// Makes a module with much code and much data, for the path that large modules take: several C files, data as an object.
// Its _start mixes a number through all of it and prints the number: another host must print the same.

export interface BigShape {
  functions: number;
  /** Steps of arithmetic in each function, some 25 bytes of code each. */
  steps: number;
  dataBytes: number;
}

/** A small generator of numbers with a fixed seed: Marsaglia's xorshift32. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const DATA_AT = 4096;
const PASSIVE_AT = 512;

/** The module as text. Functions call their forerunners directly and through the table, so calls cross the files. */
export function bigModule({ functions, steps, dataBytes }: BigShape): string {
  const next = numbers(2463534242);
  const step = (): string =>
    `(local.set 0 (i32.add (i32.mul (i32.xor (local.get 0) (i32.const ${next() | 0})) (i32.const ${next() | 1})) (i32.load8_u offset=${DATA_AT} (i32.rem_u (local.get 0) (i32.const ${dataBytes})))))`;
  const body = (f: number): string => {
    const direct = f === 0 ? '' : `(local.set 0 (call $f${next() % f} (local.get 0)))`;
    return `(func $f${f} (type $mix) (if (i32.eqz (i32.and (local.get 0) (i32.const 3))) (then ${direct}))\n${Array.from({ length: steps }, step).join('\n')} (local.get 0))`;
  };
  const data = Array.from({ length: dataBytes }, () => `\\${(next() & 0xff).toString(16).padStart(2, '0')}`).join('');
  return `(module
  (type $mix (func (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") ${Math.ceil((DATA_AT + dataBytes) / 65536)})
  (data (i32.const 0) "\\10\\00\\00\\00\\09\\00\\00\\00")
  (data $passive "passive!")
  (data (i32.const ${DATA_AT}) "${data}")
  (table ${functions} funcref)
  (elem (i32.const 0) ${Array.from({ length: functions }, (_, f) => `$f${f}`).join(' ')})
  ${Array.from({ length: functions }, (_, f) => body(f)).join('\n')}
  (func $digit (param i32) (result i32)
    (i32.add (local.get 0) (select (i32.const 48) (i32.const 87) (i32.lt_u (local.get 0) (i32.const 10)))))
  (func (export "_start") (local $x i32) (local $i i32)
    (memory.init $passive (i32.const ${PASSIVE_AT}) (i32.const 0) (i32.const 8))
    (local.set $x (i32.load (i32.const ${PASSIVE_AT})))
    (loop $all
      (local.set $x (call_indirect (type $mix) (local.get $x) (local.get $i)))
      (br_if $all (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${functions}))))
    (local.set $i (i32.const 0))
    (loop $digits
      (i32.store8 offset=16 (local.get $i) (call $digit (i32.and (i32.shr_u (local.get $x) (i32.shl (local.get $i) (i32.const 2))) (i32.const 15))))
      (br_if $digits (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8))))
    (i32.store8 offset=16 (local.get $i) (i32.const 10))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))))`;
}
