// args-env-as: prints the program's arguments and environment, one a line, in AssemblyScript.
// `--exit N` as the first two arguments makes N the exit status.
// (`process` comes from @assemblyscript/wasi-shim, which turns it into calls of WASI preview 1.)

const names = process.argv;
for (let i = 0; i < names.length; i++) {
  console.log(`argument ${i}: ${names[i]}`);
}

const keys = process.env.keys();
for (let i = 0; i < keys.length; i++) {
  console.log(`variable: ${keys[i]}=${process.env.get(keys[i])}`);
}

if (names.length > 2 && names[1] == "--exit") {
  process.exit(I32.parseInt(names[2]));
}
