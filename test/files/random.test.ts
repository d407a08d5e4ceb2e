// Random sequences of file operations: the kernel on the simulated machine against the model, seeded, in memory and in a
// directory that the host shares. ASOLO_LONG=1 makes 100,000 operations of it. Read first: operations.ts.
import { expect, test } from 'vitest';
import { NO_FILES, inside } from '../support/files.ts';
import type { Application } from '../support/machine/application.ts';
import { inShares } from '../support/shares.ts';
import { Model } from './model.ts';
import { OnMachine } from './on-machine.ts';
import { operations } from './operations.ts';

const [sequences, length] = process.env['ASOLO_LONG'] === '1' ? [200, 500] : [10, 200];

/** Whatever can be answered was: otherwise the sequences would test less than they seem to. */
const KINDS = ['open 0', 'open 20', 'open 31', 'open 44', 'write 0', 'rename 0', 'rename 54', 'link 0', 'link 63', 'stat 32'];

test.each([
  ['memory', (body: (app: Application) => void) => inside(body, NO_FILES)],
  ['a shared directory', (body: (app: Application) => void) => inShares([{}], ({ app, shares: [share] }) => {
    body(app);
    // The root, what the last lookup found and what is open.
    expect(share!.fids.size).toBeLessThan(12);
  })],
] as const)(`${sequences * length} random operations in %s have the answers of the model`, (_where, run) => {
  const answers = new Set<string>();
  for (let seed = 1; seed <= sequences; seed++) {
    run((app) => {
      const [model, machine] = [new Model(), new OnMachine(app, 3)];
      operations(seed, length).forEach((line, i) => {
        const expected = model.answer(line);
        expect(machine.answer(line), `seed ${seed}, operation ${i}: ${line}`).toBe(expected);
        answers.add(`${line.split(' ')[0]!} ${expected.split(' ')[0]!}`);
      });
    });
  }
  for (const kind of KINDS) expect([...answers], kind).toContain(kind);
}, 600_000);
