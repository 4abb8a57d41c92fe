import { SEVERITIES } from './decode.js';
import { element } from './element.js';

/** Fills the pane with one finding. Every value is set as text. */
export function showDetail(pane, item) {
  const detail = item.details();
  const title = element('h2', '', item.name);
  title.id = 'detail-title';
  pane.replaceChildren(
    element('p', 'badges', element('span', `chip ${SEVERITIES[item.severity]}`, SEVERITIES[item.severity]), element('span', `answer ${item.answer.replace(' ', '-')}`, item.answer), ...(item.waived ? [element('span', 'tag', 'waived')] : [])),
    title,
    element('p', 'secret', element('code', '', item.masked)),
    ...(detail.waiver === '' ? [] : [section(item.waived ? 'Waived by' : 'Waiver', element('p', '', detail.waiver))]),
    section('Do now', element('p', 'next', detail.next)),
    section(
      'Issuer',
      element('p', '', detail.sentence, detail.at === '' ? '' : `, ${detail.at}`),
      detail.lastKnown === '' ? '' : element('p', 'known', detail.lastKnown),
      facts(detail.facts),
    ),
    ...(detail.verdicts.length === 0 ? [] : [section('Policy', verdicts(detail.verdicts))]),
    section(`Found in ${item.places === 1 ? '1 place' : `${item.places} places`}`, places(detail.places, item.places)),
    ...(detail.alert === '' ? [] : [section('Alert', references([detail.alert]))]),
    section('About this kind', element('p', '', detail.opens), references(detail.references)),
    element('p', 'ids', 'finding ', element('code', '', item.id), ' · rule ', element('code', '', detail.ruleId), ` · ${detail.confidence} confidence`, detail.failing ? ' · fails the run' : ''),
  );
  pane.scrollTop = 0;
}

function section(title, ...children) {
  return element('section', '', element('h3', '', title), ...children);
}

function facts(list) {
  if (list.length === 0) return '';
  const box = element('dl', 'facts');
  for (const { label, value, fromToken } of list) box.append(element('div', '', element('dt', '', label), element('dd', '', value, fromToken ? element('small', '', ' says the token itself') : undefined)));
  return box;
}

function verdicts(list) {
  return element(
    'ul',
    'verdicts',
    ...list.map(({ status, check, text, remedy }) =>
      element('li', status.replace(' ', '-'), element('span', 'status', status), ' ', element('strong', '', check), element('p', '', text), remedy === '' ? '' : element('p', 'remedy', `→ ${remedy}`)),
    ),
  );
}

function places(list, total) {
  const lines = list.map(({ place, context }) => element('li', '', element('code', '', element('bdi', '', place)), context === '' ? '' : element('small', '', context)));
  if (total > list.length) lines.push(element('li', '', `and ${total - list.length} more; the json report has all`));
  return element('ul', 'places', ...lines);
}

function references(list) {
  if (list.length === 0) return '';
  return element(
    'ul',
    'references',
    ...list.map((address) => {
      const link = element('a', '', address);
      link.href = address;
      link.rel = 'noopener noreferrer';
      link.target = '_blank';
      return element('li', '', link);
    }),
  );
}
