/**
 * Builds from settings what `audit.ts` and `respond` are handed: the policy, the one door to the issuers, and the way
 * back to a secret. Beside `audit.ts` the only room that joins stages; it decides nothing that a stage should.
 */
export { keepAtRef, linesAtRef } from './anchors.ts';
export { findShape, refuseSecrets } from './find-shape.ts';
export { engineFinds } from './engine-finds.ts';
export { secretsIn, targetRoot, type FoundSecret } from './secrets-in-file.ts';
export { findAgain, type FindAgain } from './find-again.ts';
export { findRepository } from './find-repository.ts';
export { INGEST, ingested, type IngestSetup } from './ingest.ts';
export { githubLogs, LATEST_RUNS, linkedToRun, LOG_GITHUB, readLogTarget } from './log-target.ts';
export { setUpIssuers, type Issuers, type IssuerSetup, type Responder } from './issuers.ts';
export { discoverConsumers, type Discovered, type DiscoveredReference } from './discover-consumers.ts';
export { rotationDoor } from './rotation.ts';
export { rotationPolicy } from './rotation-policy.ts';
export { policyOf } from './policy.ts';
export { ownersOf } from './owners-of.ts';
export { workflowSecrets } from './workflow-secrets.ts';
export { setUpSurroundings, type Gate, type SurroundSetup } from './surroundings.ts';
export { findTrusted, type Trusted } from './trusted-config.ts';
export { sideAt } from './gate-side.ts';
export { keyName, setUpWaivers, type Waivers, type WaiverSetup } from './waivers.ts';
export { limitedAsker } from './limited-asker.ts';
export { removedMarker, type RemovedSetup } from './mark-removed.ts';
export { commitNamed } from './revision-or-file.ts';
export { changedWorkflows, completeChange, completeHistoryOf, containsCommit, firstCommit, type Change } from './change.ts';
