import { describe, expect, it } from 'vitest';
import { admitAddresses, hostOf, kindOfAddress, literalAddress } from '../../../src/lib/http/address-guard.ts';

describe('the kind of an address', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2606:4700::1111', 'public'],
    ['127.0.0.1', 'private'],
    ['127.255.255.254', 'private'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['169.254.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.127.255.255', 'private'],
    ['100.128.0.1', 'public'],
    ['::1', 'private'],
    ['fe80::1', 'private'],
    ['fc00::1', 'private'],
    ['fd12:3456::1', 'private'],
    ['::ffff:127.0.0.1', 'private'],
    ['::ffff:7f00:1', 'private'],
    ['::ffff:8.8.8.8', 'public'],
    ['0.0.0.0', 'forbidden'],
    ['0.1.2.3', 'forbidden'],
    ['::', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['240.0.0.1', 'forbidden'],
    ['192.0.2.1', 'forbidden'],
    ['198.18.0.1', 'forbidden'],
    ['64:ff9b::7f00:1', 'forbidden'],
    ['64:ff9b:1::1', 'forbidden'],
    ['2002:7f00:1::1', 'forbidden'],
    ['2001:0:1::1', 'forbidden'],
    ['2001:db8::1', 'forbidden'],
    ['fec0::1', 'forbidden'],
    ['::7f00:1', 'forbidden'],
    ['100::1', 'forbidden'],
    ['169.254.169.254', 'forbidden'],
    ['::ffff:169.254.169.254', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['issuer.example', 'forbidden'],
    ['', 'forbidden'],
  ])('%s is %s', (address, kind) => {
    expect(kindOfAddress(address)).toBe(kind);
  });
});

describe('a name with several addresses', () => {
  it.each([
    [['8.8.8.8', '1.1.1.1'], false, true],
    [['8.8.8.8', '127.0.0.1'], false, false],
    [['8.8.8.8', '127.0.0.1'], true, false],
    [['127.0.0.1'], false, false],
    [['127.0.0.1', '::1'], true, true],
    [['169.254.169.254'], true, false],
    [['10.0.0.1', '169.254.169.254'], true, false],
    [[], true, false],
  ])('%j with allowPrivate %s is admitted: %s', (addresses, allowPrivate, ok) => {
    expect(admitAddresses(addresses, allowPrivate).ok).toBe(ok);
  });
});

describe('odd ways to write a host', () => {
  it.each([
    ['https://0x7f.1/', '127.0.0.1'],
    ['https://2130706433/', '127.0.0.1'],
    ['https://0177.0.0.1/', '127.0.0.1'],
    ['https://127.1/', '127.0.0.1'],
    ['https://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['https://127.0.0.1./', '127.0.0.1'],
    ['https://１２７.０.０.１/', '127.0.0.1'],
    ['https://issuer.example/', undefined],
  ])('%s is the address %s', (url, address) => {
    expect(literalAddress(new URL(url))).toBe(address);
  });

  it('compares hosts without the root dot and without the default port', () => {
    expect(hostOf(new URL('https://Issuer.Example.:443/x'))).toBe('issuer.example');
    expect(hostOf(new URL('https://issuer.example:8443/x'))).toBe('issuer.example:8443');
  });
});
