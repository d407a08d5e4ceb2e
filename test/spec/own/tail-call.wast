;; Two defects of wasm2c 1.0.39, repaired in scripts/steps/patch-c.ts (repairTailCalls): a function that is reached by a
;; tail call and has locals became C that does not compile (`u32   u32 var_i0`), and a tail call within the module
;; handed over no instance, so that the callee's globals, memory and tables were anybody's.
(module
  (global $calls (mut i32) (i32.const 0))
  (memory 1)
  (table funcref (elem $odd $even))
  (type $step (func (param i64) (result i32)))

  ;; With locals of several types, none of them a parameter.
  (func $even (export "even") (param i64) (result i32) (local $next i64) (local i32 f64)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.store (i32.const 16) (global.get $calls))
    (if (i64.eqz (local.get 0)) (then (return (i32.const 1))))
    (local.set $next (i64.sub (local.get 0) (i64.const 1)))
    (return_call $odd (local.get $next)))
  (func $odd (export "odd") (param i64) (result i32) (local $next i64) (local v128)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (if (i64.eqz (local.get 0)) (then (return (i32.const 0))))
    (local.set $next (i64.sub (local.get 0) (i64.const 1)))
    (return_call $even (local.get $next)))
  (func (export "from-a-call") (param i64) (result i32) (i32.add (call $even (local.get 0)) (i32.const 10)))
  (func (export "indirect") (param i64 i32) (result i32) (local i64)
    (return_call_indirect (type $step) (local.get 0) (local.get 1)))
  (func (export "calls") (result i32) (global.get $calls))
  (func (export "stored") (result i32) (i32.load (i32.const 16)))
)

(assert_return (invoke "even" (i64.const 4)) (i32.const 1))
(assert_return (invoke "calls") (i32.const 5))
(assert_return (invoke "stored") (i32.const 5))
(assert_return (invoke "odd" (i64.const 4)) (i32.const 0))
(assert_return (invoke "from-a-call" (i64.const 1)) (i32.const 10))
(assert_return (invoke "indirect" (i64.const 3) (i32.const 0)) (i32.const 1))
(assert_return (invoke "indirect" (i64.const 3) (i32.const 1)) (i32.const 0))
(assert_trap (invoke "indirect" (i64.const 3) (i32.const 2)) "undefined element")
;; No stack is used up.
(assert_return (invoke "even" (i64.const 1000000)) (i32.const 1))
(assert_return (invoke "calls") (i32.const 1000021))

;; Into another module and back, each with its own global.
(module $callee
  (global (export "g") (mut i32) (i32.const 0))
  (func (export "add") (param i32) (result i32) (local i32)
    (global.set 0 (i32.add (global.get 0) (local.get 0)))
    (return_call $answer (global.get 0)))
  (func $answer (param i32) (result i32) (local f32)
    (i32.mul (global.get 0) (i32.const 100)))
)
(register "callee" $callee)
(module
  (func $add (import "callee" "add") (param i32) (result i32))
  (global $mine (mut i32) (i32.const 7))
  (func (export "go") (param i32) (result i32) (local i64)
    (return_call $add (i32.add (global.get $mine) (local.get 0))))
)
(assert_return (invoke "go" (i32.const 1)) (i32.const 800))
(assert_return (invoke "go" (i32.const 1)) (i32.const 1600))
(assert_return (get $callee "g") (i32.const 16))
