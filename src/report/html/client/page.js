import { ANSWERS, decode, SEVERITIES } from './decode.js';
import { showDetail } from './detail.js';
import { createList } from './list.js';

document.documentElement.classList.add('js');

const find = (id) => document.getElementById(id);
const all = decode(JSON.parse(find('data').textContent));
const pane = find('detail');
const body = find('detail-body');
const box = find('list');
const count = find('count');
const search = find('search');
const sort = find('sort');
const toggles = [...document.querySelectorAll('button[data-filter]')];
const narrow = matchMedia('(max-width: 860px)');

const list = createList(box, {
  onSelect(item) {
    showDetail(body, item);
    pane.hidden = false;
    history.replaceState(null, '', `#${item.id}`);
  },
  onOpen() {
    if (!narrow.matches) return;
    document.documentElement.classList.add('open');
    find('close').focus();
  },
});

const ORDERS = {
  severity: (a, b) => a.severity - b.severity || a.order - b.order,
  answer: (a, b) => ANSWERS.indexOf(a.answer) - ANSWERS.indexOf(b.answer) || a.order - b.order,
  kind: (a, b) => compare(a.name, b.name) || a.order - b.order,
  place: (a, b) => compare(a.place, b.place) || a.order - b.order,
  places: (a, b) => b.places - a.places || a.order - b.order,
};

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function number(value) {
  return value.toLocaleString('en-US');
}

function chosen(kind) {
  return new Set(toggles.filter((toggle) => toggle.dataset.filter === kind && toggle.getAttribute('aria-pressed') === 'true').map((toggle) => toggle.dataset.value));
}

function update() {
  const severities = chosen('severity');
  const answers = chosen('answer');
  const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const waived = find('show-waived').checked;
  const unsure = find('show-unsure').checked;
  const shown = all.filter(
    (item) =>
      (severities.size === 0 || severities.has(SEVERITIES[item.severity])) &&
      (answers.size === 0 || answers.has(item.answer)) &&
      (waived || !item.waived) &&
      (unsure || !item.unsure) &&
      words.every((word) => item.search().includes(word)),
  );
  list.show(shown.sort(ORDERS[sort.value]));
  count.textContent = `${number(shown.length)} of ${number(all.length)} shown`;
  find('none').hidden = shown.length > 0;
  find('clear').hidden = severities.size === 0 && answers.size === 0 && words.length === 0;
}

let pending = 0;
search.addEventListener('input', () => {
  clearTimeout(pending);
  pending = setTimeout(update, 60);
});
sort.addEventListener('change', update);
find('show-waived').addEventListener('change', update);
find('show-unsure').addEventListener('change', update);
for (const toggle of toggles) {
  toggle.disabled = false;
  toggle.addEventListener('click', () => {
    toggle.setAttribute('aria-pressed', String(toggle.getAttribute('aria-pressed') !== 'true'));
    update();
  });
}
find('clear').addEventListener('click', () => {
  for (const toggle of toggles) toggle.setAttribute('aria-pressed', 'false');
  search.value = '';
  update();
  search.focus();
});

function close() {
  document.documentElement.classList.remove('open');
  box.focus();
}
find('close').addEventListener('click', close);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && document.documentElement.classList.contains('open')) close();
  else if (event.key === '/' && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
});

update();
const wanted = all.find((item) => item.id === location.hash.slice(1));
const start = wanted === undefined ? -1 : list.indexOf(wanted);
if (start >= 0) list.select(start);
else if (!narrow.matches && all.length > 0) list.select(0);
document.documentElement.dataset.ready = String(all.length);
