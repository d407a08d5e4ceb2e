// How large hello's image is, and whether it boots in a machine of 4 MiB.

import { statSync } from 'node:fs';

import { buildHello } from './images.ts';
import { commandLine, qemuCommand, runMachine } from './machine.ts';
import { note, step, table, title, verdict, writeJson } from './report.ts';

const TARGET_BYTES = 128 * 1024;
const MEMORY = '4M';

export async function benchSize(): Promise<void> {
  step('building hello');
  const kernel = await buildHello();
  const { size } = statSync(kernel);
  const machine = { kernel, accelerator: 'tcg', memory: MEMORY } as const;
  const boots = await runMachine(machine).then(() => true, () => false);

  title('Size of hello', `at most ${TARGET_BYTES} bytes; boots with -m ${MEMORY}`);
  table([
    ['', 'measured', 'of the target'],
    ['hello.elf, bytes', String(size), (size / TARGET_BYTES).toFixed(2)],
    [`boots with -m ${MEMORY}`, boots ? 'yes' : 'no', ''],
  ]);
  note(`target ${verdict(size <= TARGET_BYTES && boots)}`);
  note(commandLine(qemuCommand(machine)));
  writeJson('size', { targetBytes: TARGET_BYTES, bytes: size, boots4M: boots });
}
