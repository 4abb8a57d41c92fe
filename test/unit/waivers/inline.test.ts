import { describe, expect, it } from 'vitest';
import { applyInline, markersFor, stoodAtBase, type MarkedPlace } from '../../../src/waivers/index.ts';
import { markersIn, waiverOf } from '../../../src/waivers/inline-marker.ts';
import { lineVersions } from '../../../src/waivers/line-versions.ts';
import { inlineOf } from '../../../src/waivers/index.ts';
import { entryOf, findingOf, NOW, POLICY } from './finding.ts';

const ALLOW = 'tokenwarden:allow example-token reason="a test account" owner=ana@example.com expires=2027-01-31';
const FIELDS = { reason: 'a test account', owner: 'ana@example.com', expires: '2027-01-31' };

describe('the comment', () => {
  it.each([
    ['shell, YAML, Python', `x=1 # ${ALLOW}`],
    ['C and its kin', `let x = 1; // ${ALLOW}`],
    ['a block comment', `/* ${ALLOW} */`],
    ['a block comment that ends on the word', `/* ${ALLOW}*/`],
    ['XML', `<!-- ${ALLOW} -->`],
    ['XML that ends on the word', `<!-- ${ALLOW}-->`],
    ['SQL, Lua', `-- ${ALLOW}`],
    ['INI', `; ${ALLOW}`],
    ['TeX, Erlang', `% ${ALLOW}`],
    ['batch files', `REM ${ALLOW}`],
    ['Jinja', `{# ${ALLOW} #}`],
    ['ERB', `<%# ${ALLOW} %>`],
    ['JSON with escaped quotes', `  "//": ${JSON.stringify(ALLOW)},`],
    ['JSON with single quotes', `  "//": "${ALLOW.replaceAll('"', "'")}",`],
    ['JSON that ends on the word', `  "//": "tokenwarden:allow example-token reason='a test account' owner=ana@example.com expires=2027-01-31"`],
    ['with commas', `# ${ALLOW.replaceAll(' owner', ', owner').replaceAll(' expires', ', expires')}`],
    ['with a carriage return at its end', `# ${ALLOW}\r`],
  ])('fits %s', (_, line) => {
    expect(markersIn(line)).toMatchObject([{ rule: 'example-token', fields: FIELDS, column: line.indexOf('tokenwarden') + 1 }]);
  });

  it('comes several times on a line, one for each rule', () => {
    expect(markersIn(`x # ${ALLOW} tokenwarden:allow other-rule reason="b" owner=bo expires=2027-01-01`)).toMatchObject([{ rule: 'example-token', fields: FIELDS }, { rule: 'other-rule', fields: { owner: 'bo' } }]);
  });

  it('says all that an entry says, as `waive` prints it', () => {
    const entry = entryOf({ owner: 'Ana Lang <ana@example.com>', requestedBy: 'cy', approvedBy: 'bo@example.com', verdict: 'active/leaked/scopes-0123456789ab' });
    const { fingerprint: _, ...written } = entry;
    const [marker] = markersIn(`# ${inlineOf(entry)}`);
    expect(marker === undefined ? undefined : waiverOf(marker, POLICY, NOW)).toEqual({ ok: true, waiver: written });
  });

  it.each(['# tokenwarden:allowed x', '# nothing', `# ${'x'.repeat(20_000)} ${ALLOW}`])('is not what only looks like it', (line) => {
    expect(markersIn(line)).toEqual([]);
  });

  it.each([
    ['no rule', 'tokenwarden:allow reason="x" owner=a expires=2027-01-01', /names no rule/],
    ['no expiry', 'tokenwarden:allow r reason="x" owner=a', /has no expiry/],
    ['no owner', 'tokenwarden:allow r reason="x" expires=2027-01-01', /has no owner/],
    ['no reason', 'tokenwarden:allow r owner=a expires=2027-01-01', /has no reason/],
    ['too long', 'tokenwarden:allow r reason=x owner=a expires=2030-01-01', /over the limit of 365/],
    ['its own approval', 'tokenwarden:allow r reason=x owner=a approved-by=A expires=2027-01-01', /approved by its own requester/],
    ['an unknown field', 'tokenwarden:allow r reason=x owner=a expire=2027-01-01', /a field that is not known/],
    ['a verdict that is none', 'tokenwarden:allow r reason=x owner=a expires=2027-01-01 verdict=fine', /a verdict that is none/],
  ])('with %s is wrong', (_, line, message) => {
    const [marker] = markersIn(line);
    const read = marker === undefined ? undefined : waiverOf(marker, POLICY, NOW);
    expect(read?.ok).toBe(false);
    expect(read?.ok === false ? read.complaints.map((complaint) => complaint.message).join('\n') : '').toMatch(message);
  });
});

describe('a comment speaks of', () => {
  const found = (lines: readonly string[], line: number, secrets: readonly number[] = [line], rule = 'example-token') => markersFor(rule, line, (at) => lines[at - 1], (at) => secrets.includes(at)).map((one) => one.line);
  it.each([
    ['its own line', [`a # ${ALLOW}`], 1, [1], [1]],
    ['the line below', [`# ${ALLOW}`, 'a'], 2, [2], [1]],
    ['not the line below, where its own line has such a secret', [`a # ${ALLOW}`, 'b'], 2, [1, 2], []],
    ['not a line further down', [`# ${ALLOW}`, '', 'a'], 3, [3], []],
    ['not the line above it', ['a', `# ${ALLOW}`], 1, [1], []],
  ] as const)('%s', (_, lines, line, secrets, expected) => {
    expect(found(lines, line, secrets)).toEqual(expected);
  });

  it('its rule only', () => {
    expect(found([`a # ${ALLOW}`], 1, [1], 'other-rule')).toEqual([]);
  });
});

describe('against the base commit', () => {
  const NOTE = `# ${ALLOW}`;
  /** The lines of base and head; `>` marks the line of the head with the secret. */
  const stood = (base: readonly string[], head: readonly string[]): boolean => {
    const secret = head.findIndex((line) => line.startsWith('>')) + 1;
    const lines = head.map((line) => line.replace(/^>/, ''));
    const [first] = markersFor('example-token', secret, (at) => lines[at - 1], (at) => at === secret);
    if (first === undefined) throw new Error('the example has no marker');
    return stoodAtBase(base.join('\n'), lines.join('\n'))(first, secret);
  };
  const many = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['the line as it is', [`k=1 ${NOTE}`], [`>k=1 ${NOTE}`]],
    ['the line when it moved', [...many, `k=1 ${NOTE}`], ['new', ...many, 'new', `>k=1 ${NOTE}`]],
    ['the line when something else of it changed', [...many, `k=1 ${NOTE}`, 'z'], [...many, `>key=1 ${NOTE}`, 'z']],
    ['the line below, as it is', ['a', NOTE, 'k=1'], ['a', NOTE, '>k=1']],
    ['the line below, when it changed', ['a', NOTE, 'k=1', 'z'], ['a', NOTE, '>key=1', 'z']],
    ['both, when both were indented', ['a', NOTE, 'k=1', 'z'], ['a', `  ${NOTE}`, '>  k=1', 'z']],
  ])('it covers %s', (_, base, head) => {
    expect(stood(base, head)).toBe(true);
  });

  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['the head brings it along', ['k=1'], [`>k=1 ${NOTE}`]],
    ['the head brings both along', ['a', 'z'], ['a', NOTE, '>k=1', 'z']],
    ['its date was moved', [`k=1 ${NOTE.replace('2027-01-31', '2026-12-31')}`], [`>k=1 ${NOTE}`]],
    ['a secret was put between it and its line', [...many, NOTE, 'k=1', 'z'], [...many, NOTE, '>k=2', 'k=1', 'z']],
    ['its line was copied', [...many, `k=1 ${NOTE}`, 'z'], [...many, `k=1 ${NOTE}`, `>k=2 ${NOTE}`, 'z']],
    ['it and its line were copied', [...many, NOTE, 'k=1', 'z'], [...many, NOTE, 'k=1', NOTE, '>k=2', 'z']],
    ['it was moved to another line', [NOTE, 'k=1', ...many, 'k=2'], ['k=1', ...many, NOTE, '>k=2']],
    ['a secret was put before covered lines whose neighbours were all rewritten', ['a', `k=1 ${NOTE}`, 'b', `k=1 ${NOTE}`, 'c'], ['A', `>k=2 ${NOTE}`, `k=1 ${NOTE}`, 'B', `k=1 ${NOTE}`, 'C']],
    ['a secret was put between it and its line, among rewritten lines', [NOTE, 'k=1', 'y', 'k=1', 'z'], [NOTE, '>k=2', 'k=1', 'Y', 'k=1', 'Z']],
    ['it was doubled over a new secret, and its own line moved on', ['a', NOTE, 'k=1', 'z', 'k=1'], ['b', NOTE, '>k=2', NOTE, 'k=1', 'y', 'k=1', 'w']],
    ['a rewritten stretch has more of them than before', [...many, `k=1 ${NOTE}`, 'z'], [...many, `k=8 ${NOTE}`, `>k=9 ${NOTE}`, 'z']],
  ])('it only asks when %s', (_, base, head) => {
    expect(stood(base, head)).toBe(false);
  });

  it('lines up large texts in little time', () => {
    const base = Array.from({ length: 100_000 }, (_, index) => `line ${index % 7} ${index}`);
    const head = base.flatMap((line, index) => (index % 1000 === 3 ? ['new', line] : index % 999 === 4 ? [] : [line]));
    const started = performance.now();
    const versions = lineVersions(base.join('\n'), head.join('\n'));
    expect(versions.base[versions.unchanged(head.length - 1) ?? -1]).toBe(head.at(-1));
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('is not held up by texts that were made to take long, and lines up nothing of them', () => {
    // Each cut shows one line that occurs once, at the beginning of what is left.
    const chain = (mark: string): string => Array.from({ length: 5000 }, (_, index) => [`p${index + 1}`, `p${index}`, `${mark}${index}`]).flat().join('\n');
    const versions = lineVersions(chain('a'), chain('b'));
    expect(versions.unchanged(1)).toBeUndefined();
    expect(lineVersions(chain('a'), chain('a')).unchanged(1)).toBe(1);
  });
});

describe('a finding is waived by comments', () => {
  const place = (line: string | undefined, more: Partial<MarkedPlace> = {}): MarkedPlace => ({ path: 'a.env', isEditable: true, markers: line === undefined ? [] : markersIn(line).map((marker) => ({ marker, line: 3 })), ...more });

  it('if each of its places has one; the first to end is shown', () => {
    const { finding, problems } = applyInline(findingOf(), [place(ALLOW), place(ALLOW.replace('2027-01-31', '2026-12-01'))], POLICY, NOW);
    expect(problems).toEqual([]);
    expect(finding).toMatchObject({ failing: false, waiver: { owner: 'ana@example.com', expires: '2026-12-01', source: 'inline' } });
  });

  it.each<readonly [string, readonly MarkedPlace[], string, RegExp]>([
    ['one place has none', [place(ALLOW), place(undefined)], 'partial', /covers 1 of its 2 places/],
    ['it expired', [place(ALLOW.replace('2027-01-31', '2026-11-21'))], 'expired', /expired on 2026-11-21/],
    ['one place is not to be trusted', [place(ALLOW), place(ALLOW, { distrust: () => 'it is new' })], 'requested', /it is new/],
  ])('but not if %s', (_, places, state, why) => {
    const { finding } = applyInline(findingOf(), places, POLICY, NOW);
    expect(finding).toMatchObject({ failing: true, idleWaiver: { state } });
    expect(finding.idleWaiver?.why).toMatch(why);
  });

  it('but not once its issuer calls it active, unless the comment knew', () => {
    const live = findingOf({ introspection: { status: 'active', scopes: ['repo'] }, violations: ['leaked'] });
    expect(applyInline(live, [place(ALLOW)], POLICY, NOW).finding).toMatchObject({ failing: true, idleWaiver: { state: 'void' } });
    expect(applyInline(findingOf({ introspection: { status: 'active' }, violations: ['leaked'] }), [place(`${ALLOW} verdict=active/leaked`)], POLICY, NOW).finding.failing).toBe(false);
  });

  it('and one that is wrong is an error with its place, where it can be put right', () => {
    const wrong = place('x # tokenwarden:allow example-token reason="x" owner=ana');
    expect(applyInline(findingOf(), [wrong], POLICY, NOW)).toMatchObject({ finding: { failing: true }, problems: [{ file: 'a.env', at: { line: 3, column: 5 }, message: 'the waiver comment has no expiry' }] });
    expect(applyInline(findingOf(), [{ ...wrong, isEditable: false }], POLICY, NOW).problems).toEqual([]);
  });
});
