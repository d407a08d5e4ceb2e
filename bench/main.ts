// npm run bench: every figure that Asolo claims, measured against a peer in the same run.
// docs/performance.md says what the figures mean and what they were.

import { parseArgs } from 'node:util';

import { benchBoot } from './boot.ts';
import { benchCpu } from './cpu.ts';
import { benchDevices } from './devices.ts';
import { benchFiles } from './files.ts';
import { benchFlags } from './flags.ts';
import { benchHttp } from './http.ts';
import { benchMemory } from './memory.ts';
import { benchNet } from './net.ts';
import { done } from './report.ts';
import { benchSize } from './size.ts';

const USAGE = `usage: npm run bench -- [--only boot|cpu|size|memory|files|flags|net|devices|http] [--quick]

  --only NAME   one part; without it boot, cpu and size (a part may be named several times)
  --quick       few rounds: shows that it works, the figures are rough

Tables go to standard output, the same figures as JSON to build/bench/.`;

const PARTS: Record<string, (quick: boolean) => Promise<void>> = {
  boot: benchBoot,
  cpu: (quick) => benchCpu({ quick, vm: true }),
  size: benchSize,
  memory: benchMemory,
  files: benchFiles,
  flags: benchFlags,
  net: benchNet,
  devices: benchDevices,
  http: (quick) => benchHttp({ quick }),
};
const DEFAULT_PARTS = ['size', 'boot', 'cpu'];

function wrongUse(message: string): never {
  console.error(`bench: ${message}\n\n${USAGE}`);
  process.exit(2);
}

function readOptions(): { only: string[]; quick: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const only = values.only ?? DEFAULT_PARTS;
    const unknown = only.find((name) => !(name in PARTS));
    if (unknown !== undefined) wrongUse(`there is no part '${unknown}'`);
    return { only, quick: values.quick };
  } catch (error) {
    return wrongUse((error as Error).message);
  }
}

const { only, quick } = readOptions();
try {
  for (const name of only) await PARTS[name]!(quick);
} catch (error) {
  done();
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
