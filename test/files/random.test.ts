// Random sequences of file operations: the kernel on the simulated machine against the model, seeded. ASOLO_LONG=1 makes
// 100,000 operations of it. Read first: operations.ts.
import { expect, test } from 'vitest';
import { NO_FILES, inside } from '../support/files.ts';
import { Model } from './model.ts';
import { OnMachine } from './on-machine.ts';
import { operations } from './operations.ts';

const [sequences, length] = process.env['ASOLO_LONG'] === '1' ? [200, 500] : [10, 200];

test(`${sequences * length} random operations have the answers of the model`, () => {
  const answers = new Map<string, number>();
  for (let seed = 1; seed <= sequences; seed++) {
    inside((app) => {
      const [model, machine] = [new Model(), new OnMachine(app, 3)];
      operations(seed, length).forEach((line, i) => {
        const expected = model.answer(line);
        expect(machine.answer(line), `seed ${seed}, operation ${i}: ${line}`).toBe(expected);
        const kind = `${line.split(' ')[0]!} ${expected.split(' ')[0]!}`;
        answers.set(kind, (answers.get(kind) ?? 0) + 1);
      });
    }, NO_FILES);
  }
  // Whatever can be answered was: otherwise the sequences would test less than they seem to.
  for (const kind of ['open 0', 'open 20', 'open 31', 'open 44', 'write 0', 'rename 0', 'rename 54', 'link 0', 'link 63', 'stat 32']) expect([...answers.keys()], kind).toContain(kind);
}, 600_000);
