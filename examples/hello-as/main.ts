// hello-as: the same greeting as ../hello, written in AssemblyScript.
// @assemblyscript/wasi-shim turns console, process, Date and crypto into calls of WASI preview 1.

function argumentList(): string {
  const words = process.argv.slice(1);
  return words.length > 0 ? words.join(" ") : "none";
}

function randomBytes(count: i32): string {
  const bytes = new Uint8Array(count);
  crypto.getRandomValues(bytes);
  let text = "";
  for (let i = 0; i < count; i++) {
    text += " " + bytes[i].toString(16).padStart(2, "0");
  }
  return text;
}

console.log("Hello, world!");
console.log(`  arguments  ${argumentList()}`);
console.log(`  memory     ${memory.size() * 64} KiB`);
console.log(`  wall clock ${new Date(Date.now()).toISOString()}`);
console.log(`  monotonic  ${performance.now()} ms`);
console.log(`  random    ${randomBytes(8)}`);
