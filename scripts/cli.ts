// The command line: parses it, dispatches to commands/, turns results and errors into output and an exit status.
// Commands are imported when they are needed, so that --help and --version are quick.
import { Command, CommanderError } from 'commander';
import { AsoloError } from './errors.ts';
import { formatBytes, formatDuration, printError } from './log.ts';
import type { BuildArguments } from './commands/build.ts';
import type { RunArguments } from './commands/run.ts';

const STATUS_USAGE = 2;
const STATUS_RUN_FAILED = 125;
const STATUS_INTERNAL = 70;

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Runs the command line; the exit status. */
export async function main(args: string[]): Promise<number> {
  let status = 0;
  let running = false;
  const program = createProgram((result) => {
    status = result;
  }, () => {
    running = true;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    return report(error, running);
  }
}

function report(error: unknown, running: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/s, ' (did you mean $1?)');
    printError('usage', error.code === 'commander.help' ? "no command given; 'asolo --help' lists them" : `${message}; see asolo --help`);
    return STATUS_USAGE;
  }
  if (error instanceof AsoloError) {
    printError(error.code, error.message, error.detail);
    return running && error.status === 1 ? STATUS_RUN_FAILED : error.status;
  }
  printError('internal', `a defect in asolo: ${error instanceof Error ? error.message : String(error)}`, process.env['ASOLO_DEBUG'] && error instanceof Error ? error.stack : 'ASOLO_DEBUG=1 shows where');
  return running ? STATUS_RUN_FAILED : STATUS_INTERNAL;
}

function createProgram(finish: (status: number) => void, beginRun: () => void): Command {
  const program = new Command('asolo')
    .description('Turns a WebAssembly (WASI) application into one file that boots on QEMU/KVM without an operating system.')
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
    .addHelpText('after', help(['asolo build app.wasm -o app.elf', 'asolo run app.wasm -- --verbose input.txt', 'asolo inspect app.elf', 'asolo doctor'], 'build 1 · usage 2 · doctor 1 · run: the application\'s own, 124 timeout, 125 not run, 130 Ctrl-C'));
  program.option('--version', 'print the version').on('option:version', () => {});
  program.action(async (options: { version?: boolean }, command: Command) => {
    if (command.args.length > 0) throw unknownCommand(program, command.args[0]!);
    if (!options.version) throw new AsoloError('usage', "no command given; 'asolo --help' lists them");
    const { asoloVersion } = await import('./steps/build-image.ts');
    process.stdout.write(`asolo ${asoloVersion()}\n`);
  }).allowExcessArguments();
  addBuild(program);
  addRun(program, finish, beginRun);
  addInspect(program);
  addOthers(program, finish);
  return program;
}

function help(examples: string[], statuses?: string): string {
  return `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}\n${statuses ? `\nExit statuses: ${statuses}\n` : ''}`;
}

function unknownCommand(program: Command, name: string): Error {
  const names = program.commands.map((command) => command.name()).join(', ');
  return new AsoloError('usage', `unknown command '${name}'; commands: ${names}`);
}

function withBuildOptions(command: Command): Command {
  return command
    .option('-O, --optimize <level>', 'optimisation of the application: 0, 1, 2 or 3 (default: 2; 1 for very large modules)')
    .option('--fast', 'let loads whose value is unused vanish: they no longer trap when out of bounds (not conforming)')
    .option('--cpu <level>', 'oldest CPU to run on: x86-64-v2 or x86-64-v3 (AVX2) (default: x86-64-v2)')
    .option('--stack <size>', 'stack of the application (default: 512K)')
    .option('--ip <address>', 'a fixed address for sockets, [ethN:]ADDRESS/PREFIX, or dhcp or off (repeatable; default: dhcp)', collect)
    .option('--gateway <address>', 'the way to everything else, [ethN:]ADDRESS (repeatable)', collect)
    .option('--dns <addresses>', 'name servers, ADDRESS,ADDRESS,ADDRESS')
    .option('--manifest <file>', 'the devices that the application declares (default: asolo.json beside it, if there is one)');
}

function addBuild(program: Command): void {
  withBuildOptions(program.command('build')
    .allowExcessArguments(false)
    .description('Build an image from a WASI application.')
    .argument('<app.wasm>', 'a core WebAssembly module for WASI preview 1')
    .option('-o, --output <file>', 'where to put the image (default: app.elf beside app.wasm)')
    .option('-e, --env <NAME=VALUE>', 'build an environment variable into the image (repeatable)', collect))
    .option('--dir <HOST::GUEST>', 'pack the directory HOST into the image; the application has it open as GUEST, or as GUEST:ro for reading only (repeatable)', collect)
    .option('--keep <directory>', 'keep everything in between: C, objects\' sources, the image with symbols')
    .option('-v, --verbose', 'show every command that is run')
    .addHelpText('after', help(['asolo build hello.wasm', 'asolo build server.wasm -o server.elf --env PORT=80 -O 3', 'asolo build server.wasm --dir site::/var/www', 'asolo build app.wasm --keep out/'], '0 built · 1 not built · 2 usage'))
    .action(async (input: string, options: BuildArguments) => {
      const { build } = await import('./commands/build.ts');
      const { output, manifest, fromCache, milliseconds } = await build(input, options);
      const { size } = await import('node:fs').then(({ statSync }) => statSync(output));
      process.stdout.write(`${output}: ${formatBytes(size)}, from ${manifest.application.name} in ${formatDuration(milliseconds)}${fromCache ? ' (nothing changed)' : ''}\n`);
    });
}

function addRun(program: Command, finish: (status: number) => void, beginRun: () => void): void {
  withBuildOptions(program.command('run')
    .description('Run an application or an image in a virtual machine, as if it were a local program.')
    .argument('<app>', 'app.wasm (built first, into the cache) or app.elf')
    .argument('[args...]', 'the application\'s arguments, after --')
    .option('-M, --machine <name>', 'microvm, q35 or pc (default: microvm)')
    .option('--accel <name>', 'auto, kvm or tcg (default: auto)')
    .option('-m, --memory <size>', 'memory of the machine (default: 64M, or what the application needs)')
    .option('-e, --env <NAME=VALUE>', 'an environment variable of the application (repeatable)', collect)
    .option('--dir <HOST::GUEST>', 'give the machine what is in the directory HOST; the application has it open as GUEST, or as GUEST:ro for reading only (repeatable)', collect)
    .option('--share <HOST::GUEST>', 'share the directory HOST: the application has it open as GUEST, or as GUEST:ro for reading only, and both see what the other changes (repeatable)', collect)
    .option('--net <device>', 'attach a network interface: [NAME=]user, tap:INTERFACE or none, then ,mac=… and ,mtu=… (repeatable)', collect)
    .option('-p, --port <ports>', 'forward a port of this computer, [ADDRESS:]HOST:GUEST[/udp], to the interface of kind user (repeatable)', collect)
    .option('--tcplisten <address>', 'open a listening socket for the application, ADDRESS:PORT, as descriptor 3 and up; forwarded from this computer on a network of kind user (repeatable)', collect)
    .option('--disk <device>', 'attach a disk: [NAME=]FILE, then ,readonly (repeatable)', collect)
    .option('--timeout <time>', 'end the machine after so long: 10, 1.5, 500ms, 2m (exit status 124)')
    .option('-v, --verbose', 'kernel messages and the QEMU command on standard error'))
    .addHelpText('after', help(['asolo run hello.wasm', 'echo hi | asolo run cat.wasm', 'asolo run app.elf --machine q35 --memory 256M --env DEBUG=1 -- --level 3 file'], 'the application\'s own · 2 usage · 124 timeout · 125 the machine or asolo failed · 126 kernel fault · 130 Ctrl-C · 134 Wasm trap · 141 nobody reads the output'))
    .action(async (input: string, args: string[], options: RunArguments) => {
      beginRun();
      const { run } = await import('./commands/run.ts');
      finish((await run(input, args, options)).status);
    });
}

function addInspect(program: Command): void {
  program.command('inspect')
    .allowExcessArguments(false)
    .description('Show what is in an image: sections, imports, memory, hashes of its inputs.')
    .argument('<app.elf>', 'an image that asolo built')
    .option('--json', 'as JSON')
    .addHelpText('after', help(['asolo inspect app.elf', 'asolo inspect app.elf --json | jq .manifest.memory']))
    .action(async (path: string, options: { json?: boolean }) => {
      const { inspect, formatInspection } = await import('./commands/inspect.ts');
      const inspection = inspect(path);
      process.stdout.write(options.json ? `${JSON.stringify(inspection, null, 2)}\n` : formatInspection(inspection));
    });
}

function addOthers(program: Command, finish: (status: number) => void): void {
  program.command('doctor')
    .allowExcessArguments(false)
    .description('Check that the tools are there, and say what installs them.')
    .addHelpText('after', help(['asolo doctor'], '0 all there · 1 something is missing'))
    .action(async () => {
      const { doctor, formatDiagnosis } = await import('./commands/doctor.ts');
      const diagnosis = await doctor();
      process.stdout.write(formatDiagnosis(diagnosis));
      finish(diagnosis.good ? 0 : 1);
    });
  program.command('start')
    .allowExcessArguments(false)
    .description('Set up, build the kernel and a demo, boot it, show how long what took, serve a page from a machine (npm start).')
    .addHelpText('after', help(['npm start']))
    .action(async () => {
      const { start } = await import('./commands/start.ts');
      finish(await start());
    });
  program.command('test')
    .description('Set up and run every check: lint, types, tests (npm test). Further arguments go to vitest.')
    .argument('[filters...]', 'test files to run')
    .addHelpText('after', help(['npm test', 'npm test -- test/cli']))
    .action(async (filters: string[]) => {
      const { test } = await import('./commands/test.ts');
      finish(await test(filters));
    });
}
