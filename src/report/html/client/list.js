import { SEVERITIES } from './decode.js';
import { element } from './element.js';

const OVERSCAN = 8;

/**
 * A list box that holds only the rows in view (WAI-ARIA listbox with aria-activedescendant). Rows have one height, so a scroll
 * position is a row number; browsers stop at about 33 million pixels, far past 50,000 rows.
 */
export function createList(box, { onSelect, onOpen }) {
  const sheet = element('div', 'sheet');
  box.append(sheet);
  let items = [];
  let selected = -1;
  let drawn = '';

  const rowHeight = () => Number.parseInt(getComputedStyle(box).getPropertyValue('--row'), 10) || 68;

  function draw() {
    const height = rowHeight();
    const first = Math.max(0, Math.floor(box.scrollTop / height) - OVERSCAN);
    const last = Math.min(items.length, Math.ceil((box.scrollTop + box.clientHeight) / height) + OVERSCAN);
    const key = `${first} ${last} ${selected} ${height}`;
    if (key === drawn) return;
    drawn = key;
    sheet.style.height = `${items.length * height}px`;
    sheet.replaceChildren(...items.slice(first, last).map((item, index) => option(item, first + index, height)));
    if (selected >= first && selected < last) box.setAttribute('aria-activedescendant', `row-${selected}`);
    else box.removeAttribute('aria-activedescendant');
  }

  function option(item, index, height) {
    const more = item.places > 1 ? element('span', 'more', `+${item.places - 1}`) : undefined;
    const row = element(
      'div',
      `row ${SEVERITIES[item.severity]}`,
      element('div', 'line', element('span', 'chip', SEVERITIES[item.severity]), element('span', 'name', item.name), element('code', 'masked', item.masked)),
      element(
        'div',
        'line sub',
        element('span', `answer ${item.answer.replace(' ', '-')}`, item.answer),
        item.waived ? element('span', 'tag', 'waived') : undefined,
        element('span', 'place', element('bdi', '', item.place)),
        more,
      ),
    );
    row.id = `row-${index}`;
    row.style.top = `${index * height}px`;
    row.setAttribute('role', 'option');
    row.setAttribute('aria-selected', String(index === selected));
    row.setAttribute('aria-setsize', String(items.length));
    row.setAttribute('aria-posinset', String(index + 1));
    row.addEventListener('click', () => {
      select(index);
      onOpen();
    });
    return row;
  }

  function select(index) {
    if (items.length === 0) return;
    selected = Math.max(0, Math.min(items.length - 1, index));
    const height = rowHeight();
    const top = selected * height;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
    draw();
    onSelect(items[selected]);
  }

  box.addEventListener('scroll', draw, { passive: true });
  addEventListener('resize', () => {
    drawn = '';
    draw();
  });
  box.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(box.clientHeight / rowHeight()) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key === 'Enter' || event.key === ' ') {
      if (selected >= 0) onOpen();
    } else if (event.key in steps && !event.ctrlKey && !event.metaKey && !event.altKey) select(selected === -1 ? 0 : selected + steps[event.key]);
    else return;
    event.preventDefault();
  });

  return {
    /** Shows other items; keeps the selection if it is still there. */
    show(next) {
      const kept = items[selected];
      items = next;
      selected = kept === undefined ? -1 : items.indexOf(kept);
      drawn = '';
      if (selected === -1) box.scrollTop = 0;
      draw();
    },
    select,
    indexOf: (item) => items.indexOf(item),
  };
}
