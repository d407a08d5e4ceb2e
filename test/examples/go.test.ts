// The go command with examples/go in PATH, as docs/go.md has it: a package's tests in a machine, their directory shared.
// Skipped without Go 1.21 or later; Go's own packages, tested by hand, are in docs/go.md.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const script = join(import.meta.dirname, '../../examples/go');
const version = /^go version go1\.(\d+)/.exec(spawnSync('go', ['version'], { encoding: 'utf8' }).stdout ?? '');
const isHere = Number(version?.[1] ?? 0) >= 21;

const TESTS = `package files

import (
	"os"
	"testing"
)

func TestFiles(t *testing.T) {
	text, err := os.ReadFile("in.txt")
	if err == nil {
		err = os.WriteFile("out.txt", append(text, '!'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
`;

test.skipIf(!isHere)(`go test runs a package's tests in a machine${isHere ? '' : ' (Go 1.21 is not installed)'}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'asolo-go-'));
  try {
    writeFileSync(join(directory, 'go.mod'), 'module files\n\ngo 1.21\n');
    writeFileSync(join(directory, 'files_test.go'), TESTS);
    writeFileSync(join(directory, 'in.txt'), 'shared');
    const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local', PATH: `${script}:${process.env['PATH']}` };
    expect(execFileSync('go', ['test', '-count=1', '.'], { cwd: directory, env, encoding: 'utf8' })).toMatch(/^ok\s+files/);
    expect(readFileSync(join(directory, 'out.txt'), 'utf8')).toBe('shared!');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 900_000);
