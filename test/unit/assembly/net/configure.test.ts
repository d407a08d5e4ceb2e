// assembly/net/configure.ts: the words ip=, gateway= and dns= of the command line.
import { describe, expect, test } from 'vitest';
import { instantiate, put, SCRATCH, take } from '../../../support/assembly.ts';
import { dotted } from '../../../support/net/frames.ts';

const FILES = ['net/configure.ts', 'net/settings.ts', 'net/dns/servers.ts', 'config/strings.ts'];

interface Configured { refused?: string; methods: string[]; dns: string[] }

async function configure(...words: readonly string[]): Promise<Configured> {
  const unit = await instantiate(FILES);
  const c = unit.exports;
  for (const word of words) c['appendString']!(c['networkStrings']!(), SCRATCH, put(unit, SCRATCH, word));
  if (c['readNetworkWords']!() === 0) return { refused: take(unit, c['refusedWordAt']!(), c['refusedWordLength']!()), methods: [], dns: [] };
  const methods = [1, 2].map((index) => {
    const at = c['settingsOf']!(index);
    const [method, address, mask, gateway] = [0, 4, 8, 12].map((offset) => unit.view.getUint32(at + offset, true));
    const how = ['dhcp', `${dotted(address!)}/${dotted(mask!)}`, 'off'][method!]!;
    return gateway === 0 ? how : `${how} via ${dotted(gateway!)}`;
  });
  return { methods, dns: Array.from({ length: c['dnsServerCount']!() }, (_, i) => dotted(c['dnsServer']!(i))) };
}

describe('the words of the command line', () => {
  test('need not be there: DHCP', async () => {
    expect(await configure()).toEqual({ methods: ['dhcp', 'dhcp'], dns: [] });
  });

  test.each<[string[], string[]]>([
    [['ip=10.0.2.15/24'], ['10.0.2.15/255.255.255.0']],
    [['ip=10.0.2.15/255.255.0.0', 'gateway=10.0.2.2'], ['10.0.2.15/255.255.0.0 via 10.0.2.2']],
    [['ip=10.0.2.15', 'gateway=192.168.0.1'], ['10.0.2.15/255.255.255.255 via 192.168.0.1']],
    [['ip=10.0.2.15/0'], ['10.0.2.15/0.0.0.0']],
    [['ip=dhcp'], ['dhcp']], [['ip=on'], ['dhcp']], [['ip=any'], ['dhcp']],
    [['ip=off'], ['off']], [['ip=none'], ['off']],
    [['ip=10.0.0.1/24', 'ip=dhcp'], ['dhcp']],
    [['ip=dhcp', 'ip=10.0.0.1/24'], ['10.0.0.1/255.255.255.0']],
    [['ip=172.16.1.2::172.16.1.1:255.255.255.0:urunc:eth0:off'], ['172.16.1.2/255.255.255.0 via 172.16.1.1']],
    [['ip=172.16.1.2::172.16.1.1:255.255.255.255:urunc:eth0:off'], ['172.16.1.2/255.255.255.255 via 172.16.1.1']],
    [['ip=172.16.1.2::172.16.1.1:24'], ['172.16.1.2/255.255.255.0 via 172.16.1.1']],
    [['ip=172.16.1.2:::::eth1'], ['dhcp', '172.16.1.2/255.255.255.255']],
    [['ip=:::::eth0:dhcp'], ['dhcp']], [['ip=::::host::off'], ['off']], [['ip=::::host:eth1:'], ['dhcp', 'dhcp']],
    [['ip=10.0.0.1/24', 'ip=eth1:10.1.0.1/16', 'gateway=eth1:10.1.0.254'], ['10.0.0.1/255.255.255.0', '10.1.0.1/255.255.0.0 via 10.1.0.254']],
    [['ip=eth1:off'], ['dhcp', 'off']],
    [['ip=eth1:10.1.0.1::10.1.0.254:16'], ['dhcp', '10.1.0.1/255.255.0.0 via 10.1.0.254']],
  ])('%j', async (words, methods) => {
    const found = await configure(...words);
    expect(found.refused).toBeUndefined();
    expect(found.methods.slice(0, methods.length)).toEqual(methods);
  });

  test.each<[string[], string[]]>([
    [['dns=1.1.1.1'], ['1.1.1.1']],
    [['dns=1.1.1.1,8.8.8.8,9.9.9.9,4.4.4.4'], ['1.1.1.1', '8.8.8.8', '9.9.9.9']],
    [['dns=1.1.1.1', 'dns=8.8.8.8'], ['8.8.8.8']],
    [['dns=127.0.0.1'], ['127.0.0.1']],
    [['ip=10.0.0.1::10.0.0.2:24:host:eth0:off:1.1.1.1:8.8.8.8'], ['1.1.1.1', '8.8.8.8']],
  ])('%j', async (words, dns) => {
    expect((await configure(...words)).dns).toEqual(dns);
  });

  test.each([
    'ip=', 'ip=10.0.0', 'ip=10.0.0.1/33', 'ip=10.0.0.1/255.0.255.0', 'ip=10.0.0.1/', 'ip=127.0.0.1/8', 'ip=0.0.0.0/0', 'ip=224.0.0.1/4', 'ip=maybe',
    'ip=eth9:dhcp', 'ip=ens3:dhcp', 'ip=eth0', 'ip=10.0.0.1::x:24', 'ip=10.0.0.1::10.0.0.2:99', 'ip=10.0.0.1:::24::ens3', 'ip=10.0.0.1:::24::eth0:perhaps',
    'ip=:::::eth0:static', 'ip=127.0.0.1:::24', 'ip=10.0.0.1::10.0.0.2:24:h:eth0:off:x', 'gateway=', 'gateway=x', 'gateway=ens3:10.0.0.1', 'gateway=127.0.0.1', 'gateway=0.0.0.0',
    'dns=', 'dns=x', 'dns=1.1.1.1,', 'dns=1.1.1.1,,2.2.2.2', 'dns=1.1.1.1 ',
  ])('refuse %s', async (word) => {
    expect((await configure('ip=10.0.0.1/24', word)).refused).toBe(word);
  });
});
