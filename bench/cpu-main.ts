// npm run bench:cpu: the CPU programs alone, against native code and V8. The same as `npm run bench -- --only cpu`, with choices.

import { parseArgs } from 'node:util';

import { benchCpu } from './cpu.ts';
import { PROGRAMS } from './programs.ts';
import { done } from './report.ts';

const NAMES = PROGRAMS.map(({ name }) => name);
const USAGE = `usage: npm run bench:cpu -- [--only PROGRAM]… [--vm] [--quick]

  --only PROGRAM   one of ${NAMES.join(', ')}
  --vm             also in the virtual machine, under KVM
  --quick          few rounds: shows that it works, the figures are rough`;

function wrongUse(message: string): never {
  console.error(`bench:cpu: ${message}\n\n${USAGE}`);
  process.exit(2);
}

function readOptions(): Parameters<typeof benchCpu>[0] {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, vm: flag, quick: flag, help: { ...flag, short: 'h' } } });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const unknown = values.only?.find((name) => !NAMES.includes(name));
    if (unknown !== undefined) wrongUse(`there is no program '${unknown}'`);
    return { quick: values.quick, vm: values.vm, ...(values.only ? { only: values.only } : {}) };
  } catch (error) {
    return wrongUse((error as Error).message);
  }
}

try {
  await benchCpu(readOptions());
} catch (error) {
  done();
  console.error(`bench:cpu: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
