import type { Location as SarifLocation, Region as SarifRegion, Result } from 'sarif';
import type { Finding, Location, Origin, Region, TreeFacts } from '../../model/index.ts';
import { amount, thousands } from '../view/amount.ts';
import { answerOf } from '../view/answer.ts';
import { nextStepOf } from '../view/next-step.ts';
import { contextOf, placeOf, primaryFirst } from '../view/places.ts';
import { verdictsOf } from '../view/verdicts.ts';
import { idleWaiverLine, waiverLine } from '../view/waiver.ts';
import { anchorOf } from './anchor.ts';
import { clip } from '../../lib/columns.ts';
import { fit, MAX_TEXT, quoted, sentence } from './message.ts';
import { LEVEL } from './rules.ts';
import { ROOT, uriOf } from './uri.ts';

export interface ResultOptions {
  readonly tree?: TreeFacts;
  /** Places per result, the primary one included; the rest is counted in the message. At most 1,000. */
  readonly maxPlaces: number;
  readonly ruleIndex: ReadonlyMap<string, number>;
  /** Whether any result of the run is waived: then all state their suppressions (§3.27.23). */
  readonly anyWaived: boolean;
}

const STATE: Readonly<Record<ReturnType<typeof answerOf>['word'], string>> = {
  active: 'is active',
  inactive: 'is inactive',
  unknown: 'could not be verified',
  'not asked': 'was not verified',
  withheld: 'was found',
};

export function resultOf(finding: Finding, { tree, maxPlaces, ruleIndex, anyWaived }: ResultOptions): Result {
  const places = primaryFirst(finding.credential.occurrences);
  const told = places.slice(0, maxPlaces);
  const [primary, ...others] = told.map((place, index) => locationOf(place, index, tree));
  const index = ruleIndex.get(finding.ruleId);
  return {
    ruleId: finding.ruleId,
    ...(index === undefined ? {} : { ruleIndex: index }),
    level: LEVEL[finding.severity],
    message: { text: messageOf(finding, places, told.length) },
    locations: primary === undefined ? [] : [primary],
    ...(others.length === 0 ? {} : { relatedLocations: others }),
    partialFingerprints: { primaryLocationLineHash: `${finding.id}:1`, 'tokenwarden/v1': finding.id },
    ...(anyWaived ? { suppressions: suppressionsOf(finding) } : {}),
    properties: propertiesOf(finding, places.length),
  };
}

/** Most telling first, as GitHub shows the first sentence and what fits of the rest. */
function messageOf(finding: Finding, places: readonly Location[], told: number): string {
  const { credential } = finding;
  const answer = answerOf(finding);
  const [primary] = places;
  const where = primary === undefined || contextOf(primary.origin) === undefined ? '' : foundAt(primary);
  const verdicts = verdictsOf(finding);
  const rest = places.length - told;
  return fit([
    sentence(`${quoted(credential.rule.name)} ${quoted(credential.secret.masked)} ${STATE[answer.word]}${verdicts.some(({ status }) => status === 'violation') ? ' and breaks policy' : ''}`),
    `Finding ${finding.id}.`,
    ...(finding.waiver === undefined ? [] : [sentence(`Waived by ${quoted(finding.waiver.owner)} until ${quoted(finding.waiver.expires)}: ${quoted(finding.waiver.reason)}`)]),
    ...(finding.idleWaiver === undefined ? [] : [sentence(`Waiver ${quoted(idleWaiverLine(finding.idleWaiver))}`)]),
    where,
    rest > 0 ? `${amount(places.length, 'place')} in all, ${thousands(rest)} more than are listed here.` : places.length > 1 ? `${amount(places.length, 'place')} in all.` : '',
    ...verdicts.filter(({ status }) => status === 'violation').map(({ check, text }) => sentence(`Violates ${check}: ${quoted(text)}`)),
    sentence(`Issuer: ${quoted(answer.sentence)}${answer.at === undefined ? '' : `, ${answer.at}`}`),
    answer.lastKnown === undefined ? '' : sentence(quoted(capital(answer.lastKnown))),
    sentence(quoted(nextStepOf(finding))),
    ...[...Map.groupBy(verdicts.filter(({ status }) => status === 'undetermined'), ({ text }) => text)].map(([why, open]) => sentence(`Undetermined ${open.map(({ check }) => check).join(', ')}: ${quoted(why)}`)),
  ]);
}

function locationOf(place: Location, index: number, tree: TreeFacts | undefined): SarifLocation {
  const anchor = anchorOf(place, tree);
  const { origin } = place;
  const text = anchor.exact && contextOf(origin) === undefined ? '' : foundAt(place) + (anchor.exact ? '' : ' The file shown here only stands in for it.');
  const commit = origin.kind === 'commit' ? { blob: origin.blob, ...(origin.commit === undefined ? {} : { commit: origin.commit }), reachable: origin.reachable } : {};
  const message = origin.kind === 'message' ? { object: origin.object, objectType: origin.objectType } : {};
  const stored = storedOrigin(origin);
  const log = stored.kind === 'log' ? { ...(stored.job === undefined ? {} : { job: stored.job }), ...(stored.step === undefined ? {} : { step: stored.step }), ...(stored.url === undefined ? {} : { url: stored.url }) } : {};
  return {
    id: index,
    physicalLocation: { artifactLocation: { uri: uriOf(anchor.path), uriBaseId: ROOT }, region: regionOf(anchor.region) },
    ...(index > 0 || text !== '' ? { message: { text: clip(text === '' ? 'Also here.' : text, MAX_TEXT) } } : {}),
    properties: { origin: origin.kind, role: place.role, ...commit, ...message, ...log },
  };
}

function storedOrigin(origin: Origin): Origin {
  return origin.kind === 'member' ? storedOrigin(origin.archive) : origin;
}

/** 1-based and never backwards, whatever came in: a region that is wrong would cost the whole upload. */
function regionOf({ startLine, startColumn, endLine, endColumn }: Region): SarifRegion {
  const line = atLeast(startLine, 1);
  const column = atLeast(startColumn, 1);
  const lastLine = atLeast(endLine, line);
  return { startLine: line, startColumn: column, endLine: lastLine, endColumn: atLeast(endColumn, lastLine === line ? column : 1) };
}

function atLeast(value: number, floor: number): number {
  return Number.isSafeInteger(value) && value > floor ? value : floor;
}

function suppressionsOf({ waiver }: Finding): NonNullable<Result['suppressions']> {
  if (waiver === undefined) return [];
  return [{ kind: waiver.source === 'inline' ? 'inSource' : 'external', status: 'accepted', justification: clip(quoted(waiverLine(waiver)), MAX_TEXT) }];
}

function propertiesOf(finding: Finding, places: number): Readonly<Record<string, unknown>> {
  const { introspection, credential, lastKnown } = finding;
  return {
    severity: finding.severity,
    confidence: credential.confidence,
    failing: finding.failing,
    fingerprint: credential.fingerprint,
    places,
    issuer: credential.issuer,
    answer: introspection.status,
    method: introspection.method,
    ...(introspection.status === 'notAttempted' ? {} : { answeredAt: introspection.at.toISOString() }),
    ...(lastKnown === undefined ? {} : { lastKnown: { status: lastKnown.status, violating: lastKnown.violating, at: lastKnown.at.toISOString() } }),
    verdicts: Object.fromEntries(finding.verdicts.map(({ check, verdict }) => [check, verdict.status])),
  };
}

function foundAt(place: Location): string {
  const context = contextOf(place.origin);
  return sentence(`Found at ${quoted(placeOf(place))}${context === undefined ? '' : `, ${quoted(context)}`}`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
