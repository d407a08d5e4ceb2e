#!/usr/bin/env node
// The `asolo` command: registers the TypeScript loader and hands over to cli.ts. Nothing else lives here,
// because this file must still parse on a Node that is too old for the rest.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`asolo: error[tool-missing]: Node 20 or later is needed, this is ${process.version}`);
  process.exit(1);
}
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./cli.ts');
// process.exit, not exitCode: a terminal on standard input would otherwise keep the process alive.
process.exit(await main(process.argv.slice(2)));
