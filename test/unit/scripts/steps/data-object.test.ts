import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DATA_OBJECT_BYTES, dataSource, extractData, moveData } from '../../../../scripts/steps/data-object.ts';

/** As wasm2c writes it: twelve to a line. */
function array(name: string, bytes: readonly number[], storage = ''): string {
  const words = bytes.map((byte) => `0x${byte.toString(16).padStart(2, '0')}, `);
  const lines = Array.from({ length: Math.ceil(words.length / 12) }, (_, i) => `  ${words.slice(12 * i, 12 * i + 12).join('')}\n`);
  return `${storage}const u8 data_segment_data_${name}[] = {\n${lines.join('')}};\n\n`;
}

const split = (text: string): { text: string; bytes: number[]; symbols: { name: string; offset: number }[] } => {
  const extracted = extractData(Buffer.from(text, 'latin1'));
  return { text: extracted.text.toString('latin1'), bytes: [...extracted.data], symbols: extracted.symbols };
};

describe('extracting data', () => {
  it('keeps every byte, in order, and what stands between the arrays', () => {
    const one = Array.from({ length: 256 }, (_, i) => i);
    const text = `before\n${array('w2c_app_d0', one)}between\n${array('w2c_app_d0x2Ename', [0x7d, 0x3b])}after\n`;
    const result = split(text);
    expect(result.bytes).toEqual([...one, 0x7d, 0x3b]);
    expect(result.symbols).toEqual([{ name: 'data_segment_data_w2c_app_d0', offset: 0 }, { name: 'data_segment_data_w2c_app_d0x2Ename', offset: 256 }]);
    expect(result.text).toBe('before\nextern const u8 data_segment_data_w2c_app_d0[];\n\nbetween\nextern const u8 data_segment_data_w2c_app_d0x2Ename[];\n\nafter\n');
  });

  it('makes a static array of one file visible to the other', () => {
    expect(split(array('w2c_app_d0', [1], 'static ')).text).toBe('extern const u8 data_segment_data_w2c_app_d0[];\n\n');
  });

  it('leaves declarations and uses alone', () => {
    const text = 'extern const u8 data_segment_data_w2c_app_d0[];\n  LOAD_DATA(instance->w2c_memory, 0u, data_segment_data_w2c_app_d0, 3);\n';
    expect(split(text)).toEqual({ text, bytes: [], symbols: [] });
  });

  it('stops at anything but bytes', () => {
    expect(() => split('const u8 data_segment_data_w2c_app_d0[] = {\n  0x0g, \n};\n')).toThrow(/not as expected: the array data_segment_data_w2c_app_d0/);
    expect(() => split('const u8 data_segment_data_w2c_app_d0[] = {\n  0x01, \n')).toThrow(/not as expected/);
  });

  it('takes time in proportion to the data', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => array(`w2c_app_d${i}`, [1, 2, 3])).join('');
    const began = performance.now();
    expect(split(many).bytes.length).toBe(60_000);
    // Some 20 ms; a quadratic step would take minutes.
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe('the data\'s assembly', () => {
  it('gives each segment its place, and changes with the data', () => {
    const symbols = [{ name: 'a', offset: 0 }, { name: 'b', offset: 7 }];
    const source = dataSource('app_data.bin', Buffer.from('0123456789'), symbols);
    expect(source).toContain('.incbin "app_data.bin"\n.globl a\n.set a, asolo_data + 0\n.globl b\n.set b, asolo_data + 7\n');
    expect(dataSource('app_data.bin', Buffer.from('0123456780'), symbols)).not.toBe(source);
  });

  it.each([[1, 'app.c'], [4, 'app_0.c']])('of %i outputs, is made of %s, and only for much data', (pieces, file) => {
    for (const [bytes, files] of [[DATA_OBJECT_BYTES - 1, [file]], [DATA_OBJECT_BYTES, [file, 'app_data.S', 'app_data.bin']]] as const) {
      const directory = mkdtempSync(join(tmpdir(), 'asolo-data-'));
      try {
        writeFileSync(join(directory, file), array('w2c_app_d0', new Array<number>(bytes).fill(7)));
        moveData(directory, 'app', pieces);
        expect(readdirSync(directory).sort()).toEqual([...files].sort());
        if (files.length > 1) expect(readFileSync(join(directory, 'app_data.bin'))).toEqual(Buffer.alloc(bytes, 7));
      } finally {
        rmSync(directory, { recursive: true });
      }
    }
  });
});
