;; _start for ruby.wasm, which is a library (a WASI reactor) as its package ships it: initialises it, hands the
;; arguments to `ruby-init`, and evaluates runner.rb. Read first: README.md.
;; Memory is ruby's own; what is needed of it is asked from cabi_realloc, so nothing of ruby's is overwritten.
;; build.ts replaces the two placeholders in angle brackets: runner.rb's bytes and their number.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "ruby" "memory" (memory 0))
  (import "ruby" "_initialize" (func $initialize))
  (import "ruby" "cabi_realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (import "ruby" "ruby-init: func(args: list<string>) -> ()" (func $ruby_init (param i32 i32)))
  (import "ruby" "rb-eval-string-protect: func(str: string) -> tuple<handle<rb-abi-value>, s32>" (func $eval (param i32 i32) (result i32)))

  ;; What ruby-init sees before the application's own arguments, each with its NUL.
  (data $options "-EUTF-8\00--disable-gems\00-e_=0\00--\00")
  (data $runner "<runner>")

  (func $allocate (param $bytes i32) (result i32)
    (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (local.get $bytes)))

  ;; Bytes up to and with the NUL.
  (func $length (param $text i32) (result i32) (local $end i32)
    (local.set $end (local.get $text))
    (loop $next
      (local.set $end (i32.add (local.get $end) (i32.const 1)))
      (br_if $next (i32.load8_u (i32.sub (local.get $end) (i32.const 1)))))
    (i32.sub (local.get $end) (local.get $text)))

  ;; The n-th entry of a list<string>: where it lies, and how long it is. ruby frees it: each gets a place of its own.
  (func $put (param $list i32) (param $n i32) (param $text i32) (local $copy i32) (local $bytes i32)
    (local.set $bytes (call $length (local.get $text)))
    (local.set $copy (call $allocate (local.get $bytes)))
    (memory.copy (local.get $copy) (local.get $text) (local.get $bytes))
    (local.set $list (i32.add (local.get $list) (i32.shl (local.get $n) (i32.const 3))))
    (i32.store (local.get $list) (local.get $copy))
    (i32.store offset=4 (local.get $list) (local.get $bytes)))

  (func (export "_start") (local $sizes i32) (local $argv i32) (local $count i32) (local $list i32) (local $n i32) (local $text i32)
    (call $initialize)
    (local.set $sizes (call $allocate (i32.const 64)))
    (if (call $args_sizes_get (local.get $sizes) (i32.add (local.get $sizes) (i32.const 4))) (then unreachable))
    (local.set $count (i32.load (local.get $sizes)))
    (local.set $argv (call $allocate (i32.mul (i32.add (local.get $count) (i32.const 1)) (i32.const 4))))
    (local.set $text (call $allocate (i32.load offset=4 (local.get $sizes))))
    (if (call $args_get (local.get $argv) (local.get $text)) (then unreachable))

    ;; The program's name, the four options, the rest of the arguments.
    (local.set $list (call $allocate (i32.mul (i32.add (local.get $count) (i32.const 4)) (i32.const 8))))
    (call $put (local.get $list) (i32.const 0) (i32.load (local.get $argv)))
    (local.set $text (local.get $sizes))
    (memory.init $options (local.get $text) (i32.const 0) (i32.const 32))
    (loop $option
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (call $put (local.get $list) (local.get $n) (local.get $text))
      (local.set $text (i32.add (local.get $text) (call $length (local.get $text))))
      (br_if $option (i32.lt_u (local.get $n) (i32.const 4))))
    (local.set $n (i32.const 1))
    (block $all
      (loop $argument
        (br_if $all (i32.ge_u (local.get $n) (local.get $count)))
        (call $put (local.get $list) (i32.add (local.get $n) (i32.const 4))
          (i32.load (i32.add (local.get $argv) (i32.shl (local.get $n) (i32.const 2)))))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $argument)))
    (call $ruby_init (local.get $list) (i32.add (local.get $count) (i32.const 4)))

    ;; runner.rb leaves by exit!; if it comes back, it could not even be parsed.
    (local.set $text (call $allocate (i32.const <runner bytes>)))
    (memory.init $runner (local.get $text) (i32.const 0) (i32.const <runner bytes>))
    (drop (call $eval (local.get $text) (i32.const <runner bytes>)))
    unreachable))
