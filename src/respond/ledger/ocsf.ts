import type { AuditRecord } from '../../model/index.ts';

/**
 * A record as an event of the Open Cybersecurity Schema Framework 1.4 (https://schema.ocsf.io/1.4.0/). What changes a token at its
 * issuer is Remediation Activity (7001), questions are API Activity (6003), all else Entity Management (3004).
 */
export function toOcsf(record: AuditRecord, version: string): Readonly<Record<string, unknown>> {
  const { seq, prev, at, run, actor, event, fingerprint, detail } = record;
  const { name: className, uid, category, categoryName, activity, activityName } = classOf(event);
  const status = statusOf(event, detail);
  const text = (key: string): string | undefined => (typeof detail[key] === 'string' ? detail[key] : undefined);
  const host = text('host');
  return {
    activity_id: activity,
    activity_name: activityName,
    category_name: categoryName,
    category_uid: category,
    class_name: className,
    class_uid: uid,
    type_uid: uid * 100 + activity,
    time: Date.parse(at),
    severity_id: severityOf(event),
    ...status,
    message: [event, text('rule'), host === undefined ? undefined : `at ${host}`, text('detail')].filter((part) => part !== undefined).join(' '),
    metadata: { version: '1.4.0', ...(uid === 7001 ? { profiles: ['host'] } : {}), uid: `${run}:${seq}`, sequence: seq, correlation_uid: run, product: { name: 'tokenwarden', vendor_name: 'tokenwarden', version } },
    // In the class 7001 it comes from the profile "host".
    actor: { user: { name: actor }, app_name: 'tokenwarden' },
    ...(uid === 6003 ? { ...(fingerprint === undefined ? {} : { resources: [{ uid: fingerprint, type: 'credential' }] }), api: { operation: event, ...(host === undefined ? {} : { service: { name: host } }) }, src_endpoint: { name: 'tokenwarden' }, ...(host === undefined ? {} : { dst_endpoint: { hostname: host } }) } : {}),
    ...(uid === 7001 ? { command_uid: text('action') ?? `${run}:${seq}`, remediation: { desc: [text('kind') ?? event, text('method'), text('finding') === undefined ? undefined : `finding ${text('finding') ?? ''}`].filter((part) => part !== undefined).join(', ') }, ...(fingerprint === undefined ? {} : { enrichments: [{ name: 'command_uid', type: 'fingerprint', value: fingerprint, data: { fingerprint } }] }) } : {}),
    ...(uid === 3004 ? { entity: { name: text('finding') ?? text('plan') ?? event, type: 'credential', ...(fingerprint === undefined ? {} : { uid: fingerprint }) } } : {}),
    ...(fingerprint === undefined ? {} : { observables: [{ name: PLACES[uid], type: 'Token fingerprint', type_id: 99, value: fingerprint }] }),
    unmapped: { event, prev, detail },
  };
}

interface OcsfClass {
  readonly name: string;
  readonly uid: 7001 | 6003 | 3004;
  readonly category: number;
  readonly categoryName: string;
  readonly activity: number;
  readonly activityName: string;
}

/** Where an event of each class holds the fingerprint: what an observable names is an attribute of its event. */
const PLACES = { 7001: 'enrichments[].value', 6003: 'resources[].uid', 3004: 'entity.uid' } as const;

const REMEDIATION = { name: 'Remediation Activity', uid: 7001, category: 7, categoryName: 'Remediation' } as const;
const API = { name: 'API Activity', uid: 6003, category: 6, categoryName: 'Application Activity' } as const;
const ENTITY = { name: 'Entity Management', uid: 3004, category: 3, categoryName: 'Identity & Access Management' } as const;

function classOf(event: string): OcsfClass {
  const [head = ''] = event.split('.');
  if (event === 'apply.asked' || event === 'apply.proof' || ['introspect', 'list', 'uses'].includes(head)) return { ...API, activity: 2, activityName: 'Read' };
  if (['apply', 'revoke', 'deactivate', 'rotate', 'issue'].includes(head)) return { ...REMEDIATION, activity: 2, activityName: 'Evict' };
  if (event.endsWith('.opened') || event.endsWith('.queued')) return { ...ENTITY, activity: 1, activityName: 'Create' };
  return { ...ENTITY, activity: 3, activityName: 'Update' };
}

function statusOf(event: string, detail: AuditRecord['detail']): Readonly<Record<string, unknown>> {
  const said = detail['status'];
  if (typeof said !== 'string') return { status_id: 0, status: 'Unknown' };
  const good = ['done', 'already-inactive', 'already-limited', 'accepted', 'active', 'inactive', 'issued'].includes(said);
  const open = ['requested', 'uncertain', 'unknown', 'notAttempted', 'would', 'held'].includes(said);
  return { status_id: good ? 1 : open ? 99 : 2, status: good ? 'Success' : open ? said : 'Failure', status_code: said, status_detail: event };
}

/** 1 informational, 3 medium, 5 critical. */
function severityOf(event: string): number {
  if (event === 'break-glass' || event.startsWith('ledger.')) return 5;
  return event.startsWith('apply.intent') || event.startsWith('page.') || event.startsWith('review.') ? 3 : 1;
}
