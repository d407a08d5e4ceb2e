import { describe, expect, it } from 'vitest';
import { writeBindings } from '../../../../scripts/steps/bindings.ts';

const kernelHeader = `void wasm2c_kernel_instantiate(w2c_kernel*, struct w2c_io*, struct w2c_vm*);
/* export: 'wasi_fd_write' */
u32 w2c_kernel_wasi_fd_write(w2c_kernel*, u32, u32, u32, u32);

/* export: 'wasi_proc_exit' */
void w2c_kernel_wasi_proc_exit(w2c_kernel*, u32);
`;
const applicationHeader = `void wasm2c_app_instantiate(w2c_app*, struct w2c_wasi__snapshot__preview1*);
/* import: 'wasi_snapshot_preview1' 'fd_write' */
u32 w2c_wasi__snapshot__preview1_fd_write(struct w2c_wasi__snapshot__preview1*, u32, u32, u32, u32);

/* import: 'wasi_snapshot_preview1' 'proc_exit' */
void w2c_wasi__snapshot__preview1_proc_exit(struct w2c_wasi__snapshot__preview1*, u32);

/* export: '_start' */
void w2c_app_0x5Fstart(w2c_app*);
`;
const signature = { params: [], results: [] };
const of = (name: string) => ({ module: 'wasi_snapshot_preview1', name, kind: 'function' as const, signature });
const offers = new Map(['fd_write', 'proc_exit'].map((name) => [`wasi_snapshot_preview1.${name}`, [{ kernelExport: `wasi_${name}`, signature }]]));

describe('bindings', () => {
  it('joins each import to the kernel once, and says who is who', () => {
    const text = writeBindings({ applicationHeader, kernelHeader, imports: [of('fd_write'), of('proc_exit'), of('fd_write')], offers });
    expect(text).toContain('void asolo_instantiate_kernel(void) { wasm2c_kernel_instantiate(&asolo_kernel, 0, 0); }\n');
    expect(text).toContain('void asolo_instantiate_application(void) { wasm2c_app_instantiate(&application, 0); }\n');
    expect(text).toContain('void asolo_start_application(void) { w2c_app_0x5Fstart(&application); }\n');
    expect(text.match(/w2c_kernel_wasi_fd_write/g)).toHaveLength(1);
    expect(text).toContain('u32 w2c_wasi__snapshot__preview1_fd_write(struct w2c_wasi__snapshot__preview1* module, u32 p0, u32 p1, u32 p2, u32 p3) { return w2c_kernel_wasi_fd_write(&asolo_kernel, p0, p1, p2, p3); }\n');
    expect(text).toContain('{ w2c_kernel_wasi_proc_exit(&asolo_kernel, p0); }\n');
  });

  it('begins at solo5_app_main, after the constructors, with what the kernel made for it', () => {
    const solo5 = `${applicationHeader.replace(/\/\* export: '_start'[^;]*;/, '')}/* export: '_initialize' */\nvoid w2c_app_0x5Finitialize(w2c_app*);\n\n`
      + "/* export: 'solo5_app_main' */\nu32 w2c_app_solo5_app_main(w2c_app*, u32);\n";
    const text = writeBindings({ applicationHeader: solo5, kernelHeader, imports: [], offers });
    expect(text).toMatch(/initialize\(&application\);\n {2}u64 end = asolo_application_bytes;\n.*w2c_kernel_startSolo5\(&asolo_kernel, end, asolo_grow_whole\(\)\);\n.*solo5_exit\(&asolo_kernel, w2c_app_solo5_app_main\(&application, info\)\)/);
  });

  it('a header that is not as expected stops the build', () => {
    expect(() => writeBindings({ applicationHeader: '', kernelHeader, imports: [], offers })).toThrow(/no declaration for/);
  });
});
