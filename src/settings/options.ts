import type { CommandName, KindValues, OptionSpec } from './option.ts';

const SCANS: readonly CommandName[] = ['scan', 'audit', 'respond', 'ingest'];
/** Commands that look for secrets. */
const READS: readonly CommandName[] = ['scan', 'audit', 'respond', 'baseline', 'incident'];
/** Commands that scan what an organisation has. */
const ORGANIZATIONS: readonly CommandName[] = ['audit', 'worker'];
/** Those of them that judge what they find. */
const FINDS: readonly CommandName[] = [...SCANS, 'baseline'];
/** What looks for secrets in repositories that others chose, too. */
const READS_ANY: readonly CommandName[] = [...READS, 'worker'];
/** Commands that write into the waiver file. */
const WAIVES: readonly CommandName[] = ['baseline', 'waive', 'feedback', 'triage'];
/** Commands that judge waivers. */
const JUDGES: readonly CommandName[] = [...SCANS, ...WAIVES, 'worker'];
const ASKS: readonly CommandName[] = ['audit', 'respond', 'ingest'];
/** Commands that read signed approvals, or write them. */
const SIGNS: readonly CommandName[] = ['plan approve', 'plan review', 'apply'];
/** Commands that make credentials. */
const ISSUES: readonly CommandName[] = ['issue', 'issue sweep', 'rotate'];
/** Commands that show rules, people's own ones too. */
const SHOWS_RULES: readonly CommandName[] = ['rules list', 'rules test', 'rules explain'];
const CONFIGURED: readonly CommandName[] = [...JUDGES, 'attest', 'apply', ...ISSUES, 'consumers', 'explain', 'fix', 'plan approve', 'plan review', 'plan check', 'incident', 'evidence', 'ledger verify', 'ledger anchor', ...SHOWS_RULES, 'settings show'];
/** Commands that read or write the inventory. */
const REMEMBERS: readonly CommandName[] = [...JUDGES, 'attest', 'apply', 'explain', 'fix', 'rules stats', 'incident', 'evidence'];
const STATEFUL: readonly CommandName[] = [...REMEMBERS, ...ISSUES, 'plan review', 'plan check', 'ledger verify', 'ledger export', 'ledger anchor', 'settings show'];

/**
 * The one table of options. Command line flags, environment names, the schema of `tokenwarden.yml`, the docs table and
 * the inputs of the action are derived from it. Secrets are never options: they come from the environment by name.
 */
export const OPTIONS = {
  staged: { kind: 'on', flag: '--staged', env: 'TOKENWARDEN_STAGED', help: 'scan what is in the index instead of the work tree; only added lines count', commands: READS, group: 'What is scanned', input: true },
  range: { kind: 'text', flag: '--range', value: 'A..B', env: 'TOKENWARDEN_RANGE', help: 'scan the commits of A..B instead of the work tree; only added lines count', commands: READS, group: 'What is scanned', input: true },
  history: { kind: 'on', flag: '--history', env: 'TOKENWARDEN_HISTORY', help: 'scan every object of the repository: all refs, reflog, stash, unreachable ones, commit and tag messages', commands: READS, group: 'What is scanned', input: true },
  includeIgnored: { kind: 'on', flag: '--include-ignored', key: 'include-ignored', tighter: 'on', env: 'TOKENWARDEN_INCLUDE_IGNORED', help: 'scan files that git ignores, too', commands: READS, group: 'What is scanned', input: true },
  log: { kind: 'stream', flag: '--log', value: 'FILE', env: 'TOKENWARDEN_LOG', list: 'replace', help: 'add FILE as a target that is read as a CI log (- is standard input); repeatable', commands: READS, group: 'What is scanned', input: true },
  ignore: { kind: 'text', flag: '--ignore', value: 'GLOB', key: 'ignore', tighter: 'fewer-globs', env: 'TOKENWARDEN_IGNORE', list: 'add', help: 'leave out paths that match GLOB (gitignore syntax); reported as excluded; repeatable, adds to the configuration', commands: READS_ANY, group: 'What is scanned', input: true },
  archives: { kind: 'off', flag: '--no-archives', key: 'archives', tighter: 'on', env: 'TOKENWARDEN_ARCHIVES', help: 'do not look into zip, tar and gzip files', commands: READS_ANY, group: 'What is scanned', input: true },
  binaries: { kind: 'off', flag: '--no-binaries', key: 'binaries', tighter: 'on', env: 'TOKENWARDEN_BINARIES', help: 'do not scan binary files', commands: READS_ANY, group: 'What is scanned', input: true },
  maxFileSize: { kind: 'bytes', flag: '--max-file-size', value: 'SIZE', key: 'max-file-size', tighter: 'higher', env: 'TOKENWARDEN_MAX_FILE_SIZE', help: 'skip files over SIZE (10MB, 1GiB) and say so with exit code 3; there is no cap by default', commands: READS_ANY, group: 'What is scanned', input: true },

  verify: { kind: 'off', flag: '--no-verify', env: 'TOKENWARDEN_VERIFY', help: 'ask no issuer; everything stays unverified', commands: [...ASKS, 'worker'], group: 'Asking the issuers', input: true },
  egress: { kind: 'on', flag: '--egress', env: 'TOKENWARDEN_EGRESS', help: 'print which host would be asked about what and how often, ask nothing', commands: ['audit', 'ingest'], group: 'Asking the issuers' },
  verifyAllow: { kind: 'text', key: 'verify.allow', tighter: 'same', list: 'replace', help: 'ask only these issuers or stores', commands: ['audit', 'ingest', 'apply', ...ISSUES, 'respond', 'incident', 'plan check', 'worker'], group: 'Asking the issuers' },
  verifyDeny: { kind: 'text', key: 'verify.deny', tighter: 'same', list: 'replace', help: 'never ask these issuers or stores', commands: ['audit', 'ingest', 'apply', ...ISSUES, 'respond', 'incident', 'plan check', 'worker'], group: 'Asking the issuers' },
  verifyCache: { kind: 'duration', flag: '--verify-cache', value: 'DURATION', key: 'verify.cache', tighter: 'lower', env: 'TOKENWARDEN_VERIFY_CACHE', fallback: '0s', orZero: true, help: 'let later runs use an issuer\'s answer again for so long; by default only a run that was killed is gone on with. An unknown answer is never kept, and apply always asks', commands: [...ASKS, 'worker'], group: 'Asking the issuers' },
  verifyMaxPerPr: { kind: 'count', key: 'verify.max-per-pr', tighter: 'higher', fallback: 25, help: 'in a pull request (GitHub Action) ask about at most so many credentials; the others stay unverified', commands: ASKS, group: 'Asking the issuers' },
  onIssuerOutage: { kind: 'outage', flag: '--on-issuer-outage', value: 'HOW', key: 'verify.on-issuer-outage', tighter: ['warn', 'block'], env: 'TOKENWARDEN_ON_ISSUER_OUTAGE', fallback: 'block', help: 'whether a finding whose issuer does not answer fails the run by its unverified severity: block or warn', commands: [...ASKS, 'worker'], group: 'Asking the issuers', input: true },

  ingestTrust: { kind: 'text', key: 'ingest.trust', tighter: 'fewer', list: 'replace', help: 'tools (github, gitleaks, trufflehog) whose word is enough to plan a revocation of what no own scan has seen', commands: ASKS, group: 'Asking the issuers' },

  failOn: { kind: 'severity', flag: '--fail-on', value: 'SEVERITY', key: 'fail-on', tighter: ['critical', 'high', 'medium', 'low'], env: 'TOKENWARDEN_FAIL_ON', fallback: 'low', help: 'exit 1 when a finding is at or above SEVERITY: critical, high, medium or low', commands: [...SCANS, 'worker'], group: 'Verdict and reports', input: true },
  minConfidence: { kind: 'confidence', flag: '--min-confidence', value: 'LEVEL', key: 'min-confidence', tighter: ['high', 'medium', 'low'], env: 'TOKENWARDEN_MIN_CONFIDENCE', fallback: 'medium', help: 'show and count findings of LEVEL and up: high, medium or low', commands: [...FINDS, 'worker'], group: 'Verdict and reports', input: true },
  report: { kind: 'report', flag: '--report', value: 'FORMAT=FILE', env: 'TOKENWARDEN_REPORT', list: 'replace', help: 'write a report: text, json, sarif, html or markdown; FORMAT=- is standard output; repeatable', commands: SCANS, group: 'Verdict and reports', input: true },
  policyFrom: { kind: 'text', flag: '--policy-from', value: 'REF|FILE', env: 'TOKENWARDEN_POLICY_FROM', help: "judge by the policy (policy, environments, owners, tokens) that tokenwarden.yml has at this revision, or by this file (a path begins with ./, ../ or / or ends in .yml); default: the configuration, with --range that of the range's start", commands: FINDS, group: 'Verdict and reports', input: true },
  promote: { kind: 'on', flag: '--promote', env: 'TOKENWARDEN_PROMOTE', help: 'take the two targets as FROM and TO, paths or environments: fail if a living token would travel from one to the other', commands: ['audit'], group: 'Verdict and reports', input: true },
  plan: { kind: 'path', flag: '--plan', value: 'FILE', env: 'TOKENWARDEN_PLAN', help: 'write the plan of what to revoke, for "tokenwarden apply"', commands: [...ASKS, 'incident'], group: 'Verdict and reports', input: true },

  waivers: { kind: 'off', flag: '--no-waivers', env: 'TOKENWARDEN_WAIVERS', help: 'let no waiver count, neither of the file nor of comments', commands: [...SCANS, 'worker'], group: 'Waivers' },
  waiversFrom: { kind: 'text', flag: '--waivers-from', value: 'REF|FILE', env: 'TOKENWARDEN_WAIVERS_FROM', help: "count only waivers that stand at this revision, or in this file (a path begins with ./, ../ or / or ends in .yml); others are shown as requests (default: the start of --range, HEAD for --staged, else the working directory's .tokenwarden-waivers.yml)", commands: [...SCANS, 'worker'], group: 'Waivers' },
  waiversInline: { kind: 'off', key: 'waivers.inline', tighter: 'off', help: 'whether comments (tokenwarden:allow RULE …) beside a finding may waive it', commands: [...SCANS, 'worker'], group: 'Waivers' },
  waiversMaxDays: { kind: 'count', key: 'waivers.max-days', tighter: 'lower', fallback: 365, help: 'how many days ahead a waiver may expire; a longer one is an error', commands: JUDGES, group: 'Waivers' },
  waiversRequireApproval: { kind: 'on', key: 'waivers.require-approval', tighter: 'on', help: 'a waiver without approved-by (somebody other than its requester) is an error', commands: JUDGES, group: 'Waivers' },
  waiversDismissedBy: { kind: 'text', key: 'waivers.dismissed-by', tighter: 'fewer', list: 'replace', help: 'whose dismissals of code scanning alerts count as waivers (GitHub Action): logins, or role:admin, role:maintain, role:write; nobody\'s by default, and never for a live credential', commands: ASKS, group: 'Waivers' },
  waiversDismissedReasons: { kind: 'text', key: 'waivers.dismissed-reasons', tighter: 'same', list: 'replace', help: "which reasons of a dismissal count: false positive, used in tests, won't fix; by default the first two", commands: ASKS, group: 'Waivers' },
  owner: { kind: 'text', flag: '--owner', value: 'NAME', help: 'who answers for the waiver, or for the token (feedback: default, whoever runs it)', commands: [...WAIVES, 'attest'], group: 'Waivers' },
  reason: { kind: 'text', flag: '--reason', value: 'TEXT', help: 'why it is acceptable; never paste a secret', commands: WAIVES, group: 'Waivers' },
  expires: { kind: 'day', flag: '--expires', value: 'YYYY-MM-DD', help: 'the last day of the waiver, UTC (feedback: default, as far ahead as waivers.max-days allows)', commands: WAIVES, group: 'Waivers' },
  requestedBy: { kind: 'text', flag: '--requested-by', value: 'NAME', help: 'who asks for it, if not the owner', commands: WAIVES, group: 'Waivers' },
  approvedBy: { kind: 'text', flag: '--approved-by', value: 'NAME', help: 'who approved it: somebody other than the requester', commands: WAIVES, group: 'Waivers' },
  purpose: { kind: 'text', flag: '--purpose', value: 'TEXT', help: 'what the token is for; never paste a secret', commands: ['attest'], group: 'Waivers' },
  revoked: { kind: 'on', flag: '--revoked', help: 'say that it was revoked by hand, where its issuer cannot be asked: once a change has removed it, the change passes', commands: ['attest'], group: 'Waivers' },
  falsePositive: { kind: 'on', flag: '--false-positive', help: 'say that the finding is no credential', commands: ['feedback'], group: 'Waivers' },

  scope: { kind: 'text', flag: '--scope', value: 'SCOPE', list: 'replace', help: "what it may do, in the issuer's own words; repeatable", commands: ['issue'], group: 'The credential' },
  ttl: { kind: 'duration', flag: '--ttl', value: 'DURATION', fallback: '1h', help: 'how long it may live at most (15m, 1h); it ends with the command where the issuer can end it', commands: ['issue'], group: 'The credential' },
  environment: { kind: 'text', flag: '--environment', value: 'NAME', env: 'TOKENWARDEN_ENVIRONMENT', help: 'for which environment it is; its grant must name it', commands: ['issue'], group: 'The credential' },
  deliver: { kind: 'delivery', flag: '--deliver', value: 'HOW', fallback: 'env', help: 'how the command gets it: env, in variables; file, in files that only you can read, whose paths are in variables called NAME_FILE', commands: ['issue'], group: 'The credential' },
  variable: { kind: 'text', flag: '--variable', value: '[PART=]NAME', list: 'replace', help: "the variable of the secret, or of a part of it (default: what the issuer's tools expect); repeatable", commands: ['issue'], group: 'The credential' },

  comment: { kind: 'off', env: 'TOKENWARDEN_COMMENT', help: 'GitHub Action: whether a pull request gets a comment, one that is updated', commands: ASKS, group: 'GitHub Action', input: true },
  upload: { kind: 'off', env: 'TOKENWARDEN_UPLOAD', help: 'GitHub Action: whether results are uploaded to code scanning; incomplete ones never are', commands: ASKS, group: 'GitHub Action', input: true },
  category: { kind: 'text', env: 'TOKENWARDEN_CATEGORY', fallback: 'tokenwarden', help: 'GitHub Action: the category of code scanning that results belong to; give each job of a matrix its own', commands: ASKS, group: 'GitHub Action', input: true },

  where: { kind: 'text', flag: '--where', value: 'FIELD=GLOB', list: 'replace', help: 'only credentials of which this is true (FIELD!=GLOB: not true): status, severity, exposure, rule, issuer, identity, scope, breaks, repository, place, owner, change, failing, waived or id; repeatable, all must be true', commands: ['triage'], group: 'Organisations' },
  byOwner: { kind: 'on', flag: '--by-owner', help: 'group the credentials by who answers for them; those of several people stand with each', commands: ['triage'], group: 'Organisations' },
  schedule: { kind: 'text', flag: '--schedule', value: 'CRON', help: 'for an organisation: audit nothing now, but write the GitHub workflow that does at these times ("17 2 * * *")', commands: ['audit'], group: 'Organisations' },
  reportDir: { kind: 'path', flag: '--report-dir', value: 'DIR', env: 'TOKENWARDEN_REPORT_DIR', help: 'for an organisation: write its report, and JSON, SARIF and HTML of each repository with findings, into DIR', commands: ['audit'], group: 'Organisations' },
  uploadSarif: { kind: 'on', flag: '--upload-sarif', env: 'TOKENWARDEN_UPLOAD_SARIF', help: 'for an organisation at GitHub: upload what was found in a repository to its own code scanning (category tokenwarden-organization), where it was seen whole', commands: ORGANIZATIONS, group: 'Organisations' },
  ownerIssues: { kind: 'on', flag: '--owner-issues', env: 'TOKENWARDEN_OWNER_ISSUES', help: 'for an organisation at GitHub: keep an issue for each owner in each private repository with credentials to act on (issues: write); updated, never doubled, closed when nothing is left', commands: ['audit'], group: 'Organisations' },
  alertsDryRun: { kind: 'on', flag: '--alerts-dry-run', env: 'TOKENWARDEN_ALERTS_DRY_RUN', help: 'for an organisation: print what alerts and issues would say, and send nothing', commands: ['audit'], group: 'Organisations' },
  texts: { kind: 'off', flag: '--no-texts', key: 'organization.texts', tighter: 'on', env: 'TOKENWARDEN_TEXTS', help: 'for an organisation: leave out issues, pull requests, reviews, comments, discussions and releases', commands: ORGANIZATIONS, group: 'Organisations' },
  runs: { kind: 'count', flag: '--runs', value: 'N', key: 'organization.runs', tighter: 'higher', env: 'TOKENWARDEN_RUNS', fallback: 5, help: 'for an organisation: of how many CI runs of each repository, the newest first, logs and artifacts are read, each once; older ones are counted (0: none)', commands: ORGANIZATIONS, group: 'Organisations' },
  maxArtifactSize: { kind: 'bytes', key: 'organization.max-artifact-size', tighter: 'higher', env: 'TOKENWARDEN_MAX_ARTIFACT_SIZE', fallback: 67_108_864, help: 'for an organisation: leave out artifacts of CI runs and files of releases larger than this, and say so (64MB)', commands: ORGANIZATIONS, group: 'Organisations' },
  forks: { kind: 'off', flag: '--no-forks', key: 'organization.forks', tighter: 'on', env: 'TOKENWARDEN_FORKS', help: 'for an organisation: leave out forks', commands: ORGANIZATIONS, group: 'Organisations' },
  excludeRepository: { kind: 'text', flag: '--exclude-repository', value: 'GLOB', key: 'organization.exclude', tighter: 'fewer', env: 'TOKENWARDEN_EXCLUDE_REPOSITORY', list: 'add', help: 'for an organisation: leave out repositories whose OWNER/NAME matches GLOB; reported as excluded; repeatable', commands: ORGANIZATIONS, group: 'Organisations' },
  cloneCacheSize: { kind: 'bytes', key: 'organization.clone-cache-size', tighter: 'free', env: 'TOKENWARDEN_CLONE_CACHE_SIZE', fallback: 4_294_967_296, help: 'for an organisation: how large the clones that are kept in the state directory may become (4GB)', commands: ORGANIZATIONS, group: 'Organisations' },
  maxRepositorySize: { kind: 'bytes', key: 'organization.max-repository-size', tighter: 'higher', env: 'TOKENWARDEN_MAX_REPOSITORY_SIZE', fallback: 21_474_836_480, help: 'for an organisation: give up a repository whose clone grows beyond this, and say so with exit code 3 (20GB)', commands: ORGANIZATIONS, group: 'Organisations' },
  retention: { kind: 'count', key: 'organization.retention-days', tighter: 'same', env: 'TOKENWARDEN_RETENTION_DAYS', fallback: 90, help: 'for an organisation: after how many days runs and their reports are forgotten; the last one of each organisation stays', commands: ORGANIZATIONS, group: 'Organisations' },
  lease: { kind: 'duration', env: 'TOKENWARDEN_LEASE', fallback: '2m', help: 'for an organisation: after how long without a sign a worker has lost its repository to others (with --store at least 10 s, and as the one who began the run says)', commands: ORGANIZATIONS, group: 'Organisations' },
  retry: { kind: 'duration', env: 'TOKENWARDEN_RETRY', fallback: '20s', help: 'for an organisation: how long a repository that could not be fetched waits for its second attempt; three times as long for the third', commands: ORGANIZATIONS, group: 'Organisations' },
  untilIdle: { kind: 'on', flag: '--until-idle', env: 'TOKENWARDEN_UNTIL_IDLE', help: 'end when there is no repository to be had, instead of waiting for the next run', commands: ['worker'], group: 'Organisations' },

  config: { kind: 'path', flag: '--config', value: 'FILE', env: 'TOKENWARDEN_CONFIG', help: "read FILE instead of the working directory's tokenwarden.yml", commands: CONFIGURED, group: 'Run', input: true },
  salt: { kind: 'text', key: 'salt', tighter: 'first', help: 'key of the fingerprints, base64url; public, as it is committed (TOKENWARDEN_FINGERPRINT_KEY in the environment is secret and wins)', commands: CONFIGURED, group: 'Run' },
  state: { kind: 'path', flag: '--state', value: 'DIR', env: 'TOKENWARDEN_STATE', help: 'where last run, ledger, inventory and caches live (default: $XDG_STATE_HOME/tokenwarden)', commands: STATEFUL, group: 'Run', input: true },
  store: { kind: 'text', flag: '--store', value: 'URL', env: 'TOKENWARDEN_STORE', help: 'keep the inventory in a PostgreSQL database (postgres://USER@HOST/DATABASE) that machines share, instead of in the state directory; the password comes from PGPASSWORD, or stands in the environment variable', commands: REMEMBERS, group: 'Run' },
  cache: { kind: 'off', flag: '--no-cache', env: 'TOKENWARDEN_CACHE', help: 'neither read nor write caches', commands: READS_ANY, group: 'Run' },
  cacheSize: { kind: 'bytes', key: 'cache-size', tighter: 'free', env: 'TOKENWARDEN_CACHE_SIZE', fallback: 268_435_456, help: 'how large the cache of earlier scans may become (256MB); what was used longest ago goes first', commands: READS_ANY, group: 'Run' },
  jobs: { kind: 'count', flag: '--jobs', value: 'N', key: 'jobs', tighter: 'free', env: 'TOKENWARDEN_JOBS', help: 'scan with N threads (default: one per processor)', commands: [...READS, 'ingest', 'worker'], group: 'Run', input: true },
  timeout: { kind: 'duration', flag: '--timeout', value: 'DURATION', key: 'timeout', tighter: 'free', env: 'TOKENWARDEN_TIMEOUT', help: 'end the whole run after DURATION (90s, 10m), report what was covered, exit 3', commands: [...READS, 'ingest', 'worker'], group: 'Run', input: true },
  planAction: { kind: 'text', flag: '--action', value: 'KIND', help: 'what the plan does about tokens that violate policy, instead of what policy asks for: revoke, deactivate, rotate, shorten (with --until) or narrow (with --keep-scope); a leaked one is limited only where --finding names it', commands: ['audit', 'incident'], group: 'Response' },
  planUntil: { kind: 'text', flag: '--until', value: 'WHEN', help: 'for --action shorten: an instant (2026-12-01T00:00:00Z), or how long it may still live (7d)', commands: ['audit', 'incident'], group: 'Response' },
  planKeep: { kind: 'text', flag: '--keep-scope', value: 'SCOPE', list: 'replace', help: 'for --action narrow: a scope that stays, as its issuer says it; repeatable, all others go', commands: ['audit', 'incident'], group: 'Response' },
  planFindings: { kind: 'text', flag: '--finding', value: 'ID', list: 'replace', help: 'for --action: only this finding, leaked or not; repeatable', commands: ['audit'], group: 'Response' },
  approvals: { kind: 'path', flag: '--approvals', value: 'FILE', help: 'the signed approvals of the plan (default: PLAN.approvals)', commands: ['plan approve', 'apply'], group: 'Response' },
  key: { kind: 'path', flag: '--key', value: 'FILE', env: 'TOKENWARDEN_KEY_FILE', help: 'your private key (Ed25519, PEM, readable by you only), whose public half respond.people lists', commands: SIGNS, group: 'Response' },
  asRequester: { kind: 'on', flag: '--request', help: 'sign as the one who asks for it, which is no approval', commands: ['plan approve'], group: 'Response' },
  because: { kind: 'text', flag: '--reason', value: 'TEXT', help: 'why; it stands in the ledger, so never paste a secret', commands: ['plan approve', 'plan review', 'issue sweep'], group: 'Response' },
  breakGlass: { kind: 'text', flag: '--break-glass', value: 'REASON', help: 'apply alone, as a listed responder who signs with --key: the others are told, and a review stays open', commands: ['apply'], group: 'Response' },
  visibility: { kind: 'visibility', flag: '--visibility', value: 'WHO', env: 'TOKENWARDEN_VISIBILITY', help: 'whether the world can read what is scanned: public or private (default: what respond.public says)', commands: ['respond', 'incident'], group: 'Response', input: true },
  wait: { kind: 'duration', flag: '--wait', value: 'DURATION', help: 'ask again until all are dead, for DURATION at most', commands: ['plan check'], group: 'Response' },
  checkEvery: { kind: 'duration', flag: '--every', value: 'DURATION', help: 'with --wait: how long between two questions (default: 2 s at first, a minute at last)', commands: ['plan check'], group: 'Response' },
  openIssues: { kind: 'text', flag: '--open-issues', value: 'OWNER/NAME', help: 'open an issue in this repository of GitHub for each token that still lives (GITHUB_TOKEN with issues: write)', commands: ['plan check'], group: 'Response' },
  evidenceFrom: { kind: 'day', flag: '--from', value: 'YYYY-MM-DD', help: 'the first day, UTC', commands: ['evidence'], group: 'Response' },
  evidenceTo: { kind: 'day', flag: '--to', value: 'YYYY-MM-DD', help: 'the last day, UTC (default: today)', commands: ['evidence'], group: 'Response' },
  ledgerFormat: { kind: 'text', flag: '--format', value: 'FORMAT', help: 'jsonl (the records as they are) or ocsf (Open Cybersecurity Schema Framework 1.4, JSON Lines)', commands: ['ledger export'], group: 'Response' },
  anchorFile: { kind: 'path', flag: '--anchor', value: 'FILE', help: 'a file outside the state folder that keeps heads of the ledger, beside those of ledger.anchors', commands: ['ledger verify', 'ledger anchor', 'evidence'], group: 'Response' },
  yes: { kind: 'on', flag: '--yes', help: 'really revoke; without it nothing is changed anywhere', commands: ['apply', 'respond', 'rotate'], group: 'Run' },
  secret: { kind: 'stream', flag: '--secret', value: 'STREAM', help: 'only - is taken: look for the secret on standard input, too, where its place can no longer be read (a secret itself does not belong on a command line, which others can see)', commands: ['apply', 'rotate', 'plan check'], group: 'Run' },
  write: { kind: 'on', flag: '--write', help: 'edit the files; without it the edits are only shown', commands: ['fix'], group: 'Run' },
  again: { kind: 'on', flag: '--again', help: 'replace a credential whose last rotation is finished, whatever every: says', commands: ['rotate'], group: 'Run' },
  confirmQuiet: { kind: 'on', flag: '--confirm-quiet', help: 'say, by your name, that nothing uses the old credential any more; for issuers that do not tell its last use', commands: ['rotate'], group: 'Run' },
  confirmLost: { kind: 'on', flag: '--confirm-lost', help: 'say, by your name, that you looked at the issuer for a replacement that nobody has, and removed it', commands: ['rotate'], group: 'Run' },
  confirmLimits: { kind: 'on', flag: '--confirm-limits', help: 'say, by your name, that the replacement may break limits of policy, or may break them without anybody knowing', commands: ['rotate'], group: 'Run' },
  confirmOverwrite: { kind: 'on', flag: '--confirm-overwrite', help: 'say, by your name, that what somebody else put at a consumer may be overwritten', commands: ['rotate'], group: 'Run' },
  part: { kind: 'text', flag: '--part', value: 'NAME=VALUE', list: 'replace', help: 'another part of the credential (its id, a user name), where no consumer gives it back; never a secret; repeatable', commands: ['rotate'], group: 'Run' },
  lostIssues: { kind: 'text', flag: '--confirm-lost', value: 'ID', list: 'replace', help: 'say, by your name, that you looked at the issuer for what this issue may have left there, and ended it; with --reason; repeatable', commands: ['issue sweep'], group: 'Run' },
  ruleFormat: { kind: 'text', flag: '--from', value: 'FORMAT', help: 'whose rules FILE holds: gitleaks (also for betterleaks), kingfisher or noseyparker', commands: ['rules import'], group: 'Run' },
  out: { kind: 'path', flag: '--out', value: 'FILE', help: 'write to FILE, which must not exist yet, instead of standard output', commands: ['rules import', 'rules new', 'plan keygen', 'evidence', 'ledger export'], group: 'Run' },
  from: { kind: 'stream', flag: '--from', value: 'FILE', help: 'read the finding from a JSON report instead of the last run (- is standard input)', commands: ['explain', 'fix', 'waive', 'feedback', 'attest'], group: 'Run' },
  quiet: { kind: 'on', flag: '--quiet', env: 'TOKENWARDEN_QUIET', help: 'no progress and no messages on standard error', commands: [...JUDGES, 'apply', ...ISSUES, 'incident', 'plan check'], group: 'Run' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

type Table = typeof OPTIONS;
export type OptionName = keyof Table;

type ValueOf<S extends OptionSpec> = S extends { readonly list: string }
  ? readonly KindValues[S['kind']][]
  : S extends { readonly kind: 'on' | 'off' } | { readonly fallback: string | number | boolean }
    ? KindValues[S['kind']]
    : KindValues[S['kind']] | undefined;

/** The merged values: booleans and options with a default are always there, lists may be empty, the rest may be absent. */
export type OptionValues = { readonly [N in OptionName]: ValueOf<Table[N]> };

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** The row, in its general type. */
export function specOf(name: OptionName): OptionSpec {
  return OPTIONS[name];
}

/** The rows that a command takes on its command line. */
export function optionsOf(command: CommandName): readonly OptionName[] {
  return OPTION_NAMES.filter((name) => specOf(name).flag !== undefined && specOf(name).commands.includes(command));
}

/** Environment variables that are no options; for the docs. */
export const OTHER_ENVIRONMENT: readonly { readonly name: string; readonly help: string }[] = [
  { name: 'TOKENWARDEN_FINGERPRINT_KEY', help: 'secret key of the fingerprints, at least 16 bytes as base64url; wins over `salt`' },
  { name: 'GITHUB_TOKEN, GH_TOKEN', help: 'with which GitHub is read for `log:github:` and `github:`; without one only what is public' },
  { name: 'GITHUB_API_URL', help: 'address of the API of a GitHub Enterprise Server: `https://HOST/api/v3`' },
  { name: 'TOKENWARDEN_ALERT_SLACK_URL', help: 'incoming webhook of a Slack channel that is told what is new in an organisation' },
  { name: 'TOKENWARDEN_ALERT_TEAMS_URL', help: 'webhook of a Teams channel, likewise' },
  { name: 'TOKENWARDEN_ALERT_WEBHOOK_URL', help: 'https address that gets the same as JSON, signed' },
  { name: 'TOKENWARDEN_ALERT_WEBHOOK_KEY', help: 'secret of 16 characters or more with which it is signed (HMAC-SHA-256 of timestamp, dot and body)' },
  { name: 'XDG_STATE_HOME', help: 'the state lives in its folder `tokenwarden`; default `~/.local/state`' },
  { name: 'NO_COLOR, FORCE_COLOR', help: 'colours of the text report: none, or also without a terminal' },
  { name: 'CI', help: 'no progress bars' },
];
