import { describe, expect, it } from 'vitest';
import { prefixed, prefixesOf } from '../../../src/pipeline/prefix-origin.ts';

describe('paths of several targets', () => {
  it('stay as they are for one tree, however many of its parts are targets', () => {
    expect(prefixesOf(['/w/a', '/w/a'])).toEqual(new Map([['/w/a', '']]));
  });

  it('begin below the folder that all trees lie in', () => {
    expect(prefixesOf(['/w/a', '/w/b/c', '/w'])).toEqual(new Map([['/w/a', 'a'], ['/w/b/c', 'b/c'], ['/w', '']]));
  });

  it('of archive members move with their archive', () => {
    expect(prefixed({ kind: 'member', archive: { kind: 'file', path: 'x.zip' }, path: 'in.txt' }, 'a')).toEqual({ kind: 'member', archive: { kind: 'file', path: 'a/x.zip' }, path: 'in.txt' });
    expect(prefixed({ kind: 'log', name: 'ci.log' }, 'a')).toEqual({ kind: 'log', name: 'ci.log' });
  });
});
