import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WardenError } from '../../model/index.ts';
import type { Io } from '../io.ts';
import { VERSION } from '../version.ts';
import { writeNew } from '../write-new.ts';

const PLACE = '.github/workflows/tokenwarden-organization.yml';
/** The five fields that GitHub takes. */
const FIELD = /^(?:\*|[0-9]{1,2}(?:-[0-9]{1,2})?)(?:\/[0-9]{1,2})?(?:,(?:\*|[0-9]{1,2}(?:-[0-9]{1,2})?)(?:\/[0-9]{1,2})?)*$/;

/** `audit github:ORG --schedule CRON`: writes the workflow that does it, never over one that is there. Throws `USAGE_SCHEDULE`, `OUTPUT_UNWRITABLE`. */
export async function writeSchedule(target: string, cron: string, io: Io): Promise<number> {
  if (!target.startsWith('github:')) throw new WardenError('USAGE_SCHEDULE', '--schedule writes a workflow of GitHub Actions, for owners at GitHub', { hint: `call "tokenwarden audit ${target}" from cron, or from a scheduled pipeline that keeps the state directory` });
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5 || !fields.every((field) => FIELD.test(field))) throw new WardenError('USAGE_SCHEDULE', '--schedule is no cron line of five fields', { hint: 'for every night at 02:17 UTC: --schedule "17 2 * * *"' });
  const path = join(io.cwd, PLACE);
  mkdirSync(dirname(path), { recursive: true });
  await writeNew(path, workflowText(target, fields.join(' ')));
  await io.stdout.write(`${PLACE} is written. It needs a GitHub App with read access to the organisation: its id in the variable TOKENWARDEN_APP_ID and its key in the secret TOKENWARDEN_APP_KEY of this repository, which must be private: who reads its runs reads the reports. TOKENWARDEN_FINGERPRINT_KEY (16 random bytes or more, base64url) keeps findings known from run to run.\n`);
  return 0;
}

function workflowText(target: string, cron: string): string {
  return `# Written by "tokenwarden audit ${target} --schedule". Keep this repository private.
name: tokenwarden organization

on:
  schedule:
    - cron: '${cron}'
  workflow_dispatch:

permissions: {}

concurrency:
  group: tokenwarden-organization
  cancel-in-progress: false

jobs:
  audit:
    runs-on: ubuntu-latest
    timeout-minutes: 350
    permissions:
      contents: read # tokenwarden.yml and waivers of this repository
    env:
      TOKENWARDEN_STATE: \${{ github.workspace }}/.tokenwarden-state
      TOKENWARDEN_GITHUB_APP_ID: \${{ vars.TOKENWARDEN_APP_ID }}
      TOKENWARDEN_GITHUB_APP_KEY: \${{ secrets.TOKENWARDEN_APP_KEY }}
      TOKENWARDEN_FINGERPRINT_KEY: \${{ secrets.TOKENWARDEN_FINGERPRINT_KEY }}
      # With a database, the state needs no cache and other machines can help ("tokenwarden worker"):
      # TOKENWARDEN_STORE: \${{ secrets.TOKENWARDEN_STORE }}
    steps:
      - uses: actions/checkout@v5
        with:
          persist-credentials: false
      - uses: actions/setup-node@v5
        with:
          node-version: 24
      # What earlier runs knew. Clones are left out: they are the organisation's code.
      - uses: actions/cache@v4
        with:
          path: |
            .tokenwarden-state/inventory.db
            .tokenwarden-state/ledger.jsonl
          key: tokenwarden-\${{ github.run_id }}-\${{ github.run_attempt }}
          restore-keys: tokenwarden-
      # 330 minutes: what is left over is gone on with by the next run.
      - run: npx --yes tokenwarden@${VERSION} audit ${target} --timeout 330m --report-dir reports
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: reports
          path: reports
          retention-days: 14
`;
}
