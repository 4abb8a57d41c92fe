import { HOME } from './version.ts';

/** `tokenwarden.yml`: only the salt counts; the rest shows what people change first. */
export function configText(salt: string): string {
  return `# tokenwarden: https://github.com/${HOME}
# All keys: .github/OPTIONS.md of its repository. A key that is not here has its default.

# Key of the fingerprints by which findings are known again. It is public, as it is committed, and must stay the same.
# TOKENWARDEN_FINGERPRINT_KEY in the environment is secret and wins.
salt: ${salt}

# fail-on: low          # critical, high, medium or low
# ignore: ['docs/samples/**']
# verify:
#   allow: [github, npm]   # ask only these issuers; absent: all that can be asked
# policy:
#   max-lifetime: { temporary: 48h, persistent: 14d }
`;
}

/** `.github/workflows/tokenwarden.yml`, with the least that the token may do. */
export function workflowText(version: string): string {
  return `name: tokenwarden

on:
  pull_request:
  merge_group:
  push:
    branches: [main, master]
  schedule:
    - cron: '23 4 * * 1'
  workflow_dispatch:

permissions: {}

jobs:
  tokenwarden:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read # the commits that are scanned
      pull-requests: write # one comment, updated
      security-events: write # results in code scanning
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0
          persist-credentials: false
      # A commit instead of the tag cannot be moved: ${HOME}@<40 hex digits>
      - uses: ${HOME}@v${version}
        env:
          GITHUB_TOKEN: \${{ github.token }}
`;
}

/** What is put into `.pre-commit-config.yaml` by hand, where there is one. */
export function preCommitEntry(version: string): string {
  return `  - repo: https://github.com/${HOME}
    rev: v${version}
    hooks:
      - id: tokenwarden
`;
}

/** A git hook without anything else. What git runs it with is a POSIX shell, also on Windows. */
export const HOOK_TEXT = `#!/bin/sh
# Written by "tokenwarden init": looks for secrets in what is about to be committed, touches no network.
# To commit without it, once: git commit --no-verify
PATH="$PATH:$PWD/node_modules/.bin"
if ! command -v tokenwarden >/dev/null 2>&1; then
  echo "tokenwarden is not installed, so nothing was looked for (npm install --save-dev tokenwarden)" >&2
  exit 1
fi
exec tokenwarden scan --staged
`;
