// Directories that the host shares by 9P (assembly/fs/share*.ts, assembly/ninep, assembly/virtio/ninep.ts): both sides see
// what the other does, on both transports; the random sequences are in test/files/random.test.ts.
import { describe, expect, test } from 'vitest';
import { archiveOfTree } from '../support/archive.ts';
import type { Files } from '../support/files.ts';
import type { Application } from '../support/machine/application.ts';
import { HostNode, hostTree } from '../support/machine/virtio/host-tree.ts';
import { inShares, withShares } from '../support/shares.ts';

const ALL = (1n << 30n) - 1n;
const [CREAT, DIRECTORY, EXCL, TRUNC] = [1, 2, 4, 8];
const E = { EXIST: 20, ILSEQ: 25, INVAL: 28, ISDIR: 31, LOOP: 32, NOENT: 44, NOTDIR: 54, NOTEMPTY: 55, NXIO: 60, PERM: 63, ROFS: 69, STALE: 72, XDEV: 75, NOTCAPABLE: 76 };
const tree = (): HostNode => hostTree({ 'hello.txt': 'Hello, world\n', 'sub': null, 'sub/deep': null, 'sub/deep/file': 'x'.repeat(5000), 'link': { link: 'sub/deep/file' } });
const open = (files: Files, path: string, oflags = 0, directory = 3): number => files.open(directory, path, { oflags, rights: ALL, inheriting: ALL });
const call = (app: Application, files: Files, name: string, ...paths: string[]): number => {
  const places = paths.flatMap((path, i) => [3, ...files.put(0x400 + i * 0x1400, path)]);
  return app.wasi[name]!(...(name === 'path_link' ? [3, 0, ...places.slice(1)] : name === 'path_symlink' ? places.slice(1) : places));
};

describe.each(['mmio', 'pci'] as const)('a share on %s', (transport) => {
  test('is a directory that is open from the start; what the host has in it can be read', () => {
    inShares([{ transport, tree: tree(), guest: '/src' }], ({ files }) => {
      expect(files.preopens()).toEqual(['/src', '/tmp']);
      expect(files.readAll(files.open(3, 'hello.txt'))).toBe('Hello, world\n');
      expect(files.readAll(files.open(3, 'link'))).toBe('x'.repeat(5000));
      expect(files.readdir(3, 4096).map(({ name, type }) => `${name}:${type}`)).toEqual(['.:3', '..:3', 'hello.txt:4', 'sub:3', 'link:7']);
    });
  });

  test('shows what the host changes, at once, and the host sees what is written', () => {
    inShares([{ transport, tree: tree() }], ({ app, files, shares: [share] }) => {
      const root = share!.tree;
      const file = open(files, 'hello.txt');
      root.at('hello.txt').write(0, Buffer.from('Hallo'));
      root.add('new', new HostNode('file', 'news'));
      expect([files.readAll(file), files.readAll(files.open(3, 'new')), files.stat(3, 'new').size]).toEqual(['Hallo, world\n', 'news', 4n]);
      root.drop('new');
      expect(files.tryStat(3, 'new')).toBe(E.NOENT);
      const made = open(files, 'sub/made', CREAT);
      expect(app.write(made, 'from the guest')).toBe(0);
      expect(root.at('sub/made').text).toBe('from the guest');
      expect(files.fstat(made)).toMatchObject({ device: 2n, inode: root.at('sub/made').number, type: 4, size: 14n, links: 1n });
    });
  });

  test('that answers late is waited for asleep, also if its interrupt is lost or doubled', () => {
    for (const interrupts of [(): 'once' => 'once', (): 'doubled' => 'doubled']) {
      const machine = inShares([{ transport, tree: tree(), latency: 5_000_000, interrupts }], ({ files }) => void expect(files.read(files.open(3, 'hello.txt'), 5)).toBe('Hello'));
      expect(machine.halts).toBeGreaterThan(0);
    }
  });

  test('works without one or another feature, and with small messages', () => {
    for (const bit of [1n, 1n << 28n, 1n << 29n]) {
      inShares([{ transport, tree: tree(), without: bit, msizeMost: 4096, queueSize: 4 }], ({ app, files, shares: [share] }) => {
        expect(files.readAll(open(files, 'sub/deep/file'))).toBe('x'.repeat(5000));
        const file = open(files, 'large', CREAT);
        app.memory.fill(0x61, 0x30000, 0x40000);
        app.vector(0x1000, 0x30000, 0x10000);
        expect(app.wasi['fd_write']!(file, 0x1000, 1, 0x1100)).toBe(0);
        expect([app.u32(0x1100), share!.tree.at('large').text]).toEqual([0x10000, 'a'.repeat(0x10000)]);
      });
    }
  });
});

test('several shares are several file systems: nothing is renamed or linked from one to another', () => {
  inShares([{ tree: tree() }, { tree: hostTree({ a: 'A' }) }], ({ app, files }) => {
    expect(files.readAll(files.open(4, 'a'))).toBe('A');
    expect([files.stat(3, 'sub').device, files.stat(4, 'a').device]).toEqual([2n, 3n]);
    const [from, to] = [files.put(0x400, 'hello.txt'), files.put(0x1400, 'b')];
    for (const other of [4, 5]) {
      expect([app.wasi['path_rename']!(3, ...from, other, ...to), app.wasi['path_rename']!(other, ...files.put(0x2400, 'none'), 3, ...to)]).toEqual([E.XDEV, E.NOENT]);
      expect(app.wasi['path_link']!(3, 0, ...from, other, ...to)).toBe(E.XDEV);
    }
  });
});

test('packed directories come first, then shares, then /tmp', () => {
  inShares([{ guest: 'one' }, { guest: '/tmp' }], ({ files }) => void expect(files.preopens()).toEqual(['/', 'one', '/tmp']), { files: archiveOfTree({ a: 'A' }) });
});

describe('names', () => {
  test('are made, linked, moved and removed', () => {
    inShares([{ tree: tree() }], ({ app, files, shares: [share] }) => {
      const root = share!.tree;
      expect([call(app, files, 'path_create_directory', 'dir'), call(app, files, 'path_create_directory', 'dir')]).toEqual([0, E.EXIST]);
      expect([call(app, files, 'path_link', 'hello.txt', 'dir/again'), root.at('dir/again').links]).toEqual([0, 2]);
      expect([call(app, files, 'path_symlink', '../hello.txt', 'dir/link'), root.at('dir/link').target]).toEqual([0, '../hello.txt']);
      expect([files.readlink('dir/link', 100), files.readAll(files.open(3, 'dir/link'))]).toEqual(['../hello.txt', 'Hello, world\n']);
      expect([call(app, files, 'path_rename', 'dir/again', 'sub/moved'), root.at('sub/moved').text]).toEqual([0, 'Hello, world\n']);
      expect([call(app, files, 'path_remove_directory', 'dir'), call(app, files, 'path_unlink_file', 'dir'), call(app, files, 'path_remove_directory', 'hello.txt')]).toEqual([E.NOTEMPTY, E.ISDIR, E.NOTDIR]);
      expect([call(app, files, 'path_unlink_file', 'dir/link'), call(app, files, 'path_remove_directory', 'dir'), call(app, files, 'path_rename', 'sub', 'sub/deep/x'), call(app, files, 'path_link', 'sub', 'y')]).toEqual([0, 0, E.INVAL, E.PERM]);
      expect([...root.entries.keys()]).toEqual(['hello.txt', 'sub', 'link']);
    });
  });

  test('of opening: all flags', () => {
    inShares([{ tree: tree() }], ({ files, shares: [share] }) => {
      const tryOpen = (path: string, oflags: number, rights = ALL): number => files.tryOpen(3, path, { oflags, rights });
      expect([tryOpen('none', 0), tryOpen('hello.txt', CREAT | EXCL), tryOpen('hello.txt', DIRECTORY), tryOpen('sub', CREAT), tryOpen('sub', 0)]).toEqual([E.NOENT, E.EXIST, E.NOTDIR, E.ISDIR, E.ISDIR]);
      expect([tryOpen('sub', DIRECTORY), tryOpen('x/', CREAT), tryOpen('hello.txt/', 0), tryOpen('new', CREAT | EXCL), share!.tree.at('new').size]).toEqual([0, E.ISDIR, E.NOTDIR, 0, 0]);
      expect([tryOpen('hello.txt', TRUNC), share!.tree.at('hello.txt').size]).toEqual([0, 0]);
      expect(files.tryOpen(3, 'link', { follow: false })).toBe(E.LOOP);
    });
  });

  test('of what is no file, directory or link can be seen and not opened', () => {
    const root = tree();
    root.add('fifo', new HostNode('fifo'));
    inShares([{ tree: root }], ({ files }) => {
      expect([files.stat(3, 'fifo').type, files.readdir(3, 500).at(-1)?.type, files.tryOpen(3, 'fifo')]).toEqual([0, 0, E.NXIO]);
    });
  });

  test('that no application can say are left out of lists', () => {
    const root = tree();
    root.entries.set('\udcff', { node: new HostNode('file'), offset: 90n });
    inShares([{ tree: root, fate: (_, reply) => Buffer.from(Buffer.from(reply).toString('latin1').replaceAll('\xef\xbf\xbd', '\xff\xfe\xfd'), 'latin1') }], ({ files }) => {
      expect(files.readdir(3, 500).map(({ name }) => name)).toEqual(['.', '..', 'hello.txt', 'sub', 'link']);
    });
  });
});

describe('a path', () => {
  test('never leads out of the share, whatever the host\'s links say, and none is followed by the host', () => {
    const root = hostTree({ 'sub': null, 'sub/up': { link: '..' }, 'sub/out': { link: '../../etc' }, 'abs': { link: '/etc/passwd' }, 'loop': { link: 'loop' }, 'sub/ok': { link: '../file' }, 'file': 'F' });
    inShares([{ tree: root }], ({ files, shares: [share] }) => {
      for (const path of ['..', '../x', 'sub/../../x', '/file', 'abs', 'sub/out', 'sub/out/x', 'sub/up/..', 'sub/up/sub/up/../x']) expect(files.tryStat(3, path), path).toBe(E.NOTCAPABLE);
      expect([files.tryStat(3, 'loop'), files.stat(3, 'sub/ok').size, files.stat(3, 'sub/up/file').size, files.stat(3, 'sub/../sub/../file').size]).toEqual([E.LOOP, 1n, 1n, 1n]);
      // A directory that was opened is a boundary, too.
      const sub = files.open(3, 'sub', { oflags: DIRECTORY });
      expect([files.tryStat(sub, 'ok'), files.tryStat(sub, '..'), files.tryStat(sub, 'up'), files.tryStat(sub, '.')]).toEqual([E.NOTCAPABLE, E.NOTCAPABLE, E.NOTCAPABLE, 0]);
      expect(share!.fids.size).toBeLessThan(6);
    });
  });

  test('of a thousand names, up and down, takes no more of the server than a short one', () => {
    inShares([{ tree: tree() }], ({ files, shares: [share] }) => {
      expect(files.stat(3, 'sub/deep/../../'.repeat(250) + 'hello.txt').size).toBe(13n);
      expect(share!.fids.size).toBeLessThan(5);
    });
  });
});

describe('an open file', () => {
  test('is read, written, cut, made longer and appended to at any place', () => {
    inShares([{ tree: tree() }], ({ app, files, shares: [share] }) => {
      const file = open(files, 'f', CREAT);
      const node = share!.tree.at('f');
      app.write(file, '0123456789');
      expect([files.seek(file, -4n, 2), files.read(file, 2), files.tell(file), files.pread(file, 1n, 3)]).toEqual([6n, '67', 8n, '123']);
      expect(app.wasi['fd_filestat_set_size']!(file, 4n)).toBe(0);
      node.write(4, Buffer.from('host'));
      expect(app.wasi['fd_fdstat_set_flags']!(file, 1)).toBe(0);
      app.write(file, '+');
      expect([node.text, files.tell(file), app.wasi['fd_allocate']!(file, 8n, 4n), app.wasi['fd_allocate']!(file, 0n, 2n), node.text]).toEqual(['0123host+', 9n, 0, 0, '0123host+\0\0\0']);
      expect([app.wasi['fd_sync']!(file), app.wasi['fd_datasync']!(file), app.wasi['fd_sync']!(3), share!.synced]).toEqual([0, 0, 0, 3]);
      expect(app.wasi['fd_filestat_set_times']!(file, 5_000_000_001n, 0n, 1)).toBe(0);
      expect(node.times).toEqual([5_000_000_001n, 2_000_000_000n]);
      expect(files.fstat(file).times).toEqual([5_000_000_001n, 2_000_000_000n, 3_000_000_000n]);
      expect(app.wasi['path_filestat_set_times']!(3, 0, ...files.put(0x400, 'sub'), 0n, 7n, 4)).toBe(0);
      expect(share!.tree.at('sub').times[1]).toBe(7n);
    });
  });

  test('stays what it was when its name is gone, or another\'s', () => {
    inShares([{ tree: tree() }], ({ app, files, shares: [share] }) => {
      const file = open(files, 'hello.txt');
      expect(call(app, files, 'path_unlink_file', 'hello.txt')).toBe(0);
      app.write(file, 'J');
      expect([files.fstat(file).links, files.fstat(file).size, files.pread(file, 0n, 5)]).toEqual([0n, 13n, 'Jello']);
      const other = open(files, 'sub/deep/file');
      share!.tree.at('sub').drop('deep');
      expect(files.pread(other, 4998n, 5)).toBe('xx');
    });
  });

  test('that a server no longer finds, or takes for another, keeps its size and is not changed by name', () => {
    for (const answer of ['none', 'other'] as const) {
      let isGone = false;
      inShares([{ tree: tree(), fate: (name, reply) => {
        if (name !== 'getattr' || !isGone) return reply;
        const other = Uint8Array.from(reply);
        other[20]! ^= 1;
        return answer === 'other' ? other : Uint8Array.from([11, 0, 0, 0, 7, reply[5]!, reply[6]!, 2, 0, 0, 0]);
      } }], ({ app, files, shares: [share] }) => {
        const file = open(files, 'hello.txt');
        app.write(file, 'x'.repeat(20));
        isGone = true;
        expect(files.fstat(file)).toMatchObject({ size: 20n, links: 0n, type: 4 });
        expect(files.seek(file, 0n, 2)).toBe(20n);
        if (answer === 'other') expect([app.wasi['fd_filestat_set_size']!(file, 1n), share!.tree.at('hello.txt').size]).toEqual([E.STALE, 20]);
      });
    }
  });
});

test('a server that finds by name what is not open never changes another file that has the name now', () => {
  inShares([{ tree: tree(), findsByName: true }], ({ app, files, shares: [share] }) => {
    const root = share!.tree;
    const [file, made] = [open(files, 'hello.txt'), open(files, 'made', CREAT)];
    expect([app.wasi['fd_filestat_set_size']!(file, 5n), app.wasi['fd_filestat_set_times']!(made, 7n, 8n, 5), root.at('hello.txt').text, root.at('made').times]).toEqual([0, 0, 'Hello', [7n, 8n]]);
    for (const name of ['hello.txt', 'made']) root.drop(name);
    const sizes = (): number[] => [file, made].map((descriptor) => app.wasi['fd_filestat_set_size']!(descriptor, 1n));
    expect(sizes()).toEqual([E.STALE, E.STALE]);
    root.add('hello.txt', new HostNode('file', 'another'));
    root.add('made', new HostNode('directory'));
    expect([...sizes(), app.wasi['fd_filestat_set_times']!(file, 1n, 1n, 5), root.at('hello.txt').text]).toEqual([E.STALE, E.STALE, E.STALE, 'another']);
    expect([files.readAll(file), files.fstat(file).links, share!.fids.size]).toEqual(['Hello', 0n, 3]);
  });
});

test('a directory of a thousand entries is listed through a buffer of any size, and each name once though others come and go', () => {
  const root = hostTree(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`name ${i} ${'x'.repeat(i % 200)}`, ''])));
  inShares([{ tree: root }], ({ app, files }) => {
    const names = [...root.entries.keys()];
    for (const size of [300, 4096, 60_000]) expect(files.readdir(3, size).slice(2).map(({ name }) => name)).toEqual(names);
    const half = files.readdir(3, 4096)[501]!;
    expect(call(app, files, 'path_unlink_file', names[0]!)).toBe(0);
    root.drop(names[499]!);
    expect(files.readdir(3, 4096, half.next).map(({ name }) => name)).toEqual(names.slice(500));
  });
});

test('a share for reading refuses every change before the host hears of it', () => {
  inShares([{ tree: tree(), mode: 'ro' }], ({ app, files, shares: [share] }) => {
    expect(files.readAll(files.open(3, 'hello.txt'))).toBe('Hello, world\n');
    expect([files.tryOpen(3, 'hello.txt', { rights: 64n }), files.tryOpen(3, 'hello.txt', { oflags: TRUNC }), files.tryOpen(3, 'x', { oflags: CREAT })]).toEqual([E.ROFS, E.ROFS, E.ROFS]);
    expect([call(app, files, 'path_create_directory', 'd'), call(app, files, 'path_symlink', 'a', 'b'), call(app, files, 'path_link', 'hello.txt', 'b'), call(app, files, 'path_unlink_file', 'hello.txt'), call(app, files, 'path_rename', 'hello.txt', 'b'), call(app, files, 'path_remove_directory', 'sub')]).toEqual(Array(6).fill(E.ROFS));
    const file = files.open(3, 'hello.txt', { rights: ALL & ~64n });
    expect([app.wasi['fd_filestat_set_size']!(file, 1n), app.wasi['fd_filestat_set_times']!(file, 1n, 1n, 5), app.wasi['fd_allocate']!(file, 0n, 1n)]).toEqual([E.ROFS, E.ROFS, E.ROFS]);
    expect(share!.said.filter((name) => ['lcreate', 'mkdir', 'symlink', 'link', 'unlinkat', 'renameat', 'setattr', 'write'].includes(name))).toEqual([]);
  });
});

test('closing gives everything back to the server, and memory to files', () => {
  inShares([{ tree: tree() }], ({ app, files, shares: [share] }) => {
    for (let i = 0; i < 500; i++) {
      const opened = [open(files, 'hello.txt'), open(files, 'made', CREAT), files.open(3, 'sub', { oflags: DIRECTORY })];
      files.readdir(opened[2]!, 500);
      for (const descriptor of opened) expect(app.wasi['fd_close']!(descriptor)).toBe(0);
    }
    expect(share!.fids.size).toBeLessThan(6);
  });
});

describe('a machine whose command line and devices do not agree', () => {
  const ends = (specs: Parameters<typeof withShares>[0], commandLine: string): { status: number; stdout: string } => {
    const { status, stdout } = withShares(specs, () => 0, { commandLine });
    return { status, stdout };
  };

  test('has more names than devices, or a word that is wrong', () => {
    expect(ends([{}], 'share=rw:/a share=rw:/b')).toEqual({ status: 125, stdout: 'asolo: more directories are to be shared than there are 9P devices\n' });
    for (const word of ['share=/a', 'share=ro:', 'share=rx:/a', 'share=']) expect(ends([{}], word).stdout, word).toMatch(/^asolo: the command line has a word with a bad value/);
  });

  test('has a device that nobody names: it is left alone', () => {
    expect(ends([{}], '')).toEqual({ status: 0, stdout: '' });
  });
});
