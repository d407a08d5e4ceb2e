import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rustName } from '../../../../scripts/steps/rust-names.ts';
import { displayName } from '../../../../scripts/steps/symbols.ts';

// Symbols that rustc 1.85.1 made, and the names that rustc-demangle 0.1.24 gives them.
describe("the older form of Rust's names", () => {
  it.each([
    ['_ZN3std9panicking20rust_panic_with_hook17h53236da66d25e0ceE', 'std::panicking::rust_panic_with_hook'],
    ['_ZN3std2rt10lang_start28_$u7b$$u7b$closure$u7d$$u7d$17h58d7914f9234dc74E', 'std::rt::lang_start::{{closure}}'],
    ['_ZN5alloc7raw_vec20RawVecInner$LT$A$GT$16with_capacity_in17h20d6a2657acff4e7E', 'alloc::raw_vec::RawVecInner<A>::with_capacity_in'],
    ['_ZN42_$LT$$RF$T$u20$as$u20$core..fmt..Debug$GT$3fmt17hffed225d0955ca79E', '<&T as core::fmt::Debug>::fmt'],
    ['_ZN3std9panicking11begin_panic17h0123456789abcdefE.llvm.1234567890ABCDEF', 'std::panicking::begin_panic'],
  ])('%s is %s', (symbol, name) => {
    expect(rustName(symbol)).toBe(name);
  });

  it('has a hash: without one it is C++, and left alone', () => {
    expect(rustName('_ZN3foo3barE')).toBeUndefined();
    expect(rustName('_ZN3foo3bar17h53236da66d25e0cXE')).toBeUndefined();
  });

  it('cut short or with a length too large is left alone', () => {
    expect(rustName('_ZN3std99panicking17h53236da66d25e0ceE')).toBeUndefined();
    expect(rustName('_ZN17h53236da66d25e0ceE')).toBeUndefined();
    expect(rustName('_ZN3std9panickingE17h53236da66d25e0ce')).toBeUndefined();
  });
});

describe("the newer form of Rust's names", () => {
  it.each([
    ['_RNvCsg6JENubfAuH_6basics4main', 'basics::main'],
    ['_RNCNvCsg6JENubfAuH_6basics4mains7_0', 'basics::main::{closure#9}'],
    ['_RINvCs1WXkiwKB70r_5fsall1eINtNtCs4l5shrRSuHC_4core6result6ResultbNtNtCsfEWvFaO6p87_3std4time15SystemTimeErrorEEB2_', 'fsall::e::<core::result::Result<bool, std::time::SystemTimeError>>'],
    ['_RINvCs1WXkiwKB70r_5fsall1eTbybbEEB2_', 'fsall::e::<(bool, u64, bool, bool)>'],
    ['_RINvNtCsWYba1q5lX2_3std3net9each_addrReNvMs5_NtNtNtNtB4_3sys3pal4wasi3netNtBH_9TcpStream7connectB19_ECsg6JENubfAuH_6basics', 'std::net::each_addr::<&str, <std::sys::pal::wasi::net::TcpStream>::connect, std::sys::pal::wasi::net::TcpStream>'],
    ['_RNvXs_Cs1_1cNtB4_1SNtB4_1T1m', '<c::S as c::T>::m'],
    ['_RNvYNtCs1_1c1SNtB4_1T1m', '<c::S as c::T>::m'],
    ['_RINvC1c1fAhj10_E', 'c::f::<[u8; 16]>'],
    ['_RINvC1c1fKb1_Kln5_Kc41_KpE', "c::f::<true, -5, 'A', _>"],
    ['_RINvC1c1fFG_UKCRL0_hEuPeOSmQuTjEE', "c::f::<for<'a> unsafe extern \"C\" fn(&'a u8), *const str, *mut [u32], &mut (), (usize,)>"],
    ['_RINvC1c1fDNtB2_1Tp4ItemhEL_E', 'c::f::<dyn c::T<Item = u8>>'],
  ])('%s is %s', (symbol, name) => {
    expect(rustName(symbol)).toBe(name);
  });

  it('with something behind it, in punycode, or of a constant that is a list is left alone', () => {
    expect(rustName('_RNvC1c1fx')).toBeUndefined();
    expect(rustName('_RNvC1cu8gdel_5qa')).toBeUndefined();
    expect(rustName('_RINvC1c1fKAh1_EE')).toBeUndefined();
  });

  it('that repeats its repetitions is left alone, and soon', () => {
    const doubled = Array.from({ length: 40 }, () => 'TB_B_E').join('');
    expect(rustName(`_RINvC1c1f${doubled}E`)).toBeUndefined();
    const nested = `_RINvC1c1f${'T'.repeat(300)}${'E'.repeat(300)}E`;
    expect(rustName(nested)).toBeUndefined();
  });

  it('of random letters is a name or is left alone', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'CNMXYIBKLATRQPOFDGEsu_0123456789abcvtp'), maxLength: 60 });
    fc.assert(fc.property(letters, (text) => {
      expect(typeof (rustName(`_R${text}`) ?? '')).toBe('string');
    }), { numRuns: 3000, seed: 20261123 });
  });
});

it('a backtrace has them, whole or cut', () => {
  const older = '_ZN4core3ops8function6FnOnce9call_once17h14f977df26b3d21fE';
  expect(displayName(`w2c_app_${older}`, new Set([older]))).toBe('core::ops::function::FnOnce::call_once');
  const escaped = '_ZN3std2rt10lang_start280x5F0x24u7b0x240x24u7b0x24closure0x24u7d0x240x24u7d0x2417h58d7914f9234dc74E';
  expect(displayName(`w2c_app_${escaped.replace('280x5F', '28_')}`, new Set())).toBe('std::rt::lang_start::{{closure}}');
});
