// assembly/config/configuration.ts: the words of the command line and what they set.
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { instantiate, put, SCRATCH, take, type Unit } from '../../../support/assembly.ts';

const [OK, UNTERMINATED, BAD_WORD] = [0, 1, 2];
let unit: Unit;
beforeEach(async () => {
  unit = await instantiate('config/configuration.ts');
});

function apply(line: string | Uint8Array): number {
  return unit.exports['applyLine']!(SCRATCH, put(unit, SCRATCH, line));
}

function settings(): Record<string, unknown> {
  const c = unit.exports;
  return {
    name: take(unit, c['nameAt']!(), c['nameLength']!()),
    error: c['configuredErrorPort']!(), control: c['configuredControlPort']!(), framed: c['isInputFramed']!(),
    verbose: c['isVerboseAsked']!(), timeline: c['isTimelineAsked']!(), epoch: c['configuredEpoch']!(),
    terminals: [0, 1, 2].filter((i) => c['isTerminal']!(i) === 1),
  };
}

const DEFAULTS = {
  name: 'app', error: 0, control: 3, framed: 0, verbose: 0, timeline: 0, epoch: 0n, terminals: [0, 1, 2],
};

describe('the command line', () => {
  test('has defaults', () => {
    expect(apply('')).toBe(OK);
    expect(settings()).toEqual(DEFAULTS);
  });

  test('sets what its words say', () => {
    expect(apply('name="my app" stderr=com2 log=com3 stdin=framed verbose timeline epoch=1700000000000000000 tty=0,2')).toBe(OK);
    expect(settings()).toEqual({
      name: 'my app', error: 1, control: 2, framed: 1, verbose: 1, timeline: 1, epoch: 1_700_000_000_000_000_000n,
      terminals: [0, 2],
    });
  });

  test('ignores words it does not know', () => {
    expect(apply('/boot/app.elf console=ttyS0 reboot=k panic=1 verbosely names=x pci=off')).toBe(OK);
    expect(settings()).toEqual(DEFAULTS);
  });

  test('lets later words win', () => {
    expect(apply('name=a stderr=com2 tty=0')).toBe(OK);
    expect(apply('name=b stderr=com1 tty=')).toBe(OK);
    expect(settings()).toEqual({ ...DEFAULTS, name: 'b', terminals: [] });
  });

  test('says whether listening sockets block, as they do unless told', () => {
    for (const [line, nonblocking] of [['', 0], ['listeners=nonblock', 1], ['listeners=nonblock listeners=block', 0]] as const) {
      expect(apply(line)).toBe(OK);
      expect(unit.exports['areListenersNonblocking']!()).toBe(nonblocking);
    }
  });

  test.each([
    'env=', 'env=NAME', 'env==x', 'name=', 'stdin=both', 'listeners=', 'listeners=nonblocking', 'stderr=com9', 'log=', 'tty=3', 'tty=0,', 'tty=,', 'tty=01',
    'epoch=', 'epoch=soon', 'epoch=-1',
  ])('refuses %s', (word) => {
    expect(apply(`verbose ${word} timeline`)).toBe(BAD_WORD);
  });

  test('refuses a line that ends inside quotes', () => {
    expect(apply('name="x')).toBe(UNTERMINATED);
    expect(apply('-- "x')).toBe(UNTERMINATED);
  });

  test('never breaks an assertion, whatever the bytes', () => {
    const part = fc.constantFrom('env=', 'A=', 'name=', '--', '"', '\\', ' ', 'tty=', ',', '0', 'x', '\0', 'epoch=', '99999999999');
    fc.assert(fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      expect([OK, UNTERMINATED, BAD_WORD]).toContain(apply(parts.join('')));
    }), { seed: 1, numRuns: 500 });
    expect(apply('x'.repeat(4096))).toBe(OK);
    expect(apply('a '.repeat(2048))).toBe(OK);
    expect(apply(`-- ${'a '.repeat(2046)}`)).toBe(OK);
  });
});
