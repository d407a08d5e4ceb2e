// Text to Wasm binaries for tests, through wabt, with names kept for backtraces.
import loadWabt from 'wabt';

const FEATURES = { exceptions: true, bulk_memory: true, sign_extension: true, multi_value: true, reference_types: true, memory64: true, multi_memory: true };

export async function compileWat(text: string): Promise<Uint8Array> {
  const wabt = await loadWabt();
  const module = wabt.parseWat('test.wat', text, FEATURES);
  try {
    return module.toBinary({ write_debug_names: true }).buffer;
  } finally {
    module.destroy();
  }
}
