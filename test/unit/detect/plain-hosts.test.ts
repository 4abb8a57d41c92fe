import { describe, expect, it } from 'vitest';
import { plainHostsOf } from '../../../src/detect/engine/plain-hosts.ts';

/** A line with one `{}` where the secret stands. */
const hosts = (line: string): readonly string[] => {
  const [head = '', tail = ''] = line.split('{}');
  return plainHostsOf(head, tail);
};

describe('hosts to which a line sends its secret without encryption', () => {
  it.each([
    ['http://api.example.com/v1?key={}', ['api.example.com']],
    ['git clone http://user:{}@git.example.com:8080/a.git', ['git.example.com:8080']],
    ['url = "http://{}@git.example.com/a.git"', ['git.example.com']],
    ["curl -H 'Authorization: Bearer {}' http://api.example.com/x", ['api.example.com']],
    ["curl http://api.example.com/x -H 'Authorization: Bearer {}'", ['api.example.com']],
    ['requests.get("http://api.example.com", headers={"X": "{}"})', ['api.example.com']],
    ['Invoke-WebRequest -Uri http://10.0.0.5/ -Headers @{ Authorization = "{}" }', ['10.0.0.5']],
    ['ws://Chat.Example.com/?token={}', ['chat.example.com']],
    ['ftp://bob:{}@files.example.com/', ['files.example.com']],
    ['http://[2001:db8::1]:80/?t={}', ['[2001:db8::1]:80']],
    ["curl -u x:{} http://a.example http://b.example", ['a.example', 'b.example']],
  ])('%s', (line, expected) => {
    expect(hosts(line)).toEqual(expected);
  });

  it.each([
    'https://api.example.com/v1?key={}',
    "curl -H 'Authorization: Bearer {}' https://api.example.com/x",
    'TOKEN={} # see http://docs.example.com/tokens',
    '<key xmlns="http://www.w3.org/2000/svg">{}</key>',
    'homepage: http://example.com, token: {}',
    'token: {}',
    'a = "http://example.com"; b = "{}"',
    'xhttp://api.example.com/{}',
  ])('%s sends nothing', (line) => {
    expect(hosts(line)).toEqual([]);
  });

  it('is quick on lines that were made to be slow', () => {
    const began = process.hrtime.bigint();
    for (const line of ['http://'.repeat(40), 'a@'.repeat(120), `curl ${'http://a'.repeat(30)}`, 'http://'.concat('.'.repeat(249))]) for (let count = 0; count < 200; count += 1) plainHostsOf(line.slice(0, 256), line.slice(0, 256));
    expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(2000);
  });
});
