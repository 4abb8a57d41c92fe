import { join } from 'node:path';
import { keyName } from '../assemble/index.ts';
import { listOf } from '../lib/nearest.ts';
import { WardenError, type WaiverKind } from '../model/index.ts';
import type { Settings } from '../settings/index.ts';
import { addEntries, complaintsAbout, describeProblems, readDisk, readFile, waiversError, WAIVERS_NAME, writeFile, type Added, type WaiverEntry } from '../waivers/index.ts';
import type { Io } from './io.ts';
import { prepareOutput } from './outputs.ts';
import { waiverPolicy } from './pipeline.ts';

/** The waiver file of the working directory, to add to. */
export interface OpenWaiverFile {
  readonly entries: readonly WaiverEntry[];
  /** Adds or replaces entries and writes the file, sorted; one that would not change is not touched. */
  readonly add: (entries: readonly WaiverEntry[]) => Promise<Added>;
}

/** Throws `WAIVERS_*` for a file that is wrong, a link, or of another fingerprint key; `OUTPUT_UNWRITABLE`. */
export async function openWaiverFile(settings: Settings, io: Io): Promise<OpenWaiverFile> {
  const path = join(io.cwd, WAIVERS_NAME);
  const text = await readDisk(path, false, WAIVERS_NAME);
  const file = text === undefined ? { entries: [], problems: [] } : readFile(text, { file: WAIVERS_NAME, policy: waiverPolicy(settings), now: io.now() });
  if (file.problems.length > 0) throw waiversError(describeProblems(file.problems), 'nothing was written; correct the file and run again');
  const key = keyName(settings.fingerprintKey);
  if (file.entries.length > 0 && 'key' in file && file.key !== undefined && file.key !== key) {
    throw new WardenError('WAIVERS_OTHER_KEY', `${WAIVERS_NAME} was written under another fingerprint key, so that its entries match nothing of this run`, {
      hint: 'set the TOKENWARDEN_FINGERPRINT_KEY (or the salt of tokenwarden.yml) that it was written under, or begin a new file',
    });
  }
  const output = await prepareOutput(path, 'waiver file', 0o644);
  return {
    entries: file.entries,
    async add(more) {
      const added = addEntries(file.entries, more);
      const after = writeFile(added.entries, key);
      if (after !== text) await output.write(after);
      return added;
    },
  };
}

/** The fields that every entry of one command shares. */
export type Signed = Pick<WaiverEntry, 'kind' | 'owner' | 'reason' | 'expires' | 'requestedBy' | 'approvedBy'>;

/**
 * Who signs for what is written, from options and their defaults. Throws `USAGE_MISSING_OPTION` and `WAIVER_REFUSED` for what
 * no configuration would take.
 */
export function signed(kind: WaiverKind, { values }: Settings, io: Io, defaults: { readonly owner?: string; readonly reason?: string; readonly expires?: string } = {}): Signed {
  const { requestedBy, approvedBy } = values;
  const owner = values.owner ?? defaults.owner;
  const reason = values.reason ?? defaults.reason;
  const expires = values.expires ?? defaults.expires;
  if (owner === undefined || reason === undefined || expires === undefined) {
    const missing = Object.entries({ '--owner NAME': owner, '--reason TEXT': reason, '--expires YYYY-MM-DD': expires }).flatMap(([flag, value]) => (value === undefined ? [flag] : []));
    throw new WardenError('USAGE_MISSING_OPTION', `a waiver needs ${listOf(missing).replace(' or ', ' and ')}`, { hint: 'somebody answers for it, until a date, for a reason' });
  }
  const entry: Signed = { kind, owner, reason, expires, ...(requestedBy === undefined ? {} : { requestedBy }), ...(approvedBy === undefined ? {} : { approvedBy }) };
  const complaints = complaintsAbout(entry, { maxDays: values.waiversMaxDays, requireApproval: values.waiversRequireApproval }, io.now());
  if (complaints.length > 0) throw new WardenError('WAIVER_REFUSED', complaints.map(({ message }) => `the waiver ${message}`).join('\n'), { hint: complaints[0]?.hint ?? '' });
  return entry;
}
