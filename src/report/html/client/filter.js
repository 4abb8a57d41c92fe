// Rows of the first table that hold every word that is typed; `new public @acme/ops` is one question.
const field = document.querySelector('#filter');
const count = document.querySelector('#shown');
const rows = [...document.querySelectorAll('table.filtered tbody tr')];
/** @type {string[] | undefined} */
let texts;

function show() {
  texts ??= rows.map((row) => (row.textContent ?? '').toLowerCase());
  const words = field.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
  let shown = 0;
  rows.forEach((row, index) => {
    const fits = words.every((word) => texts[index].includes(word));
    row.hidden = !fits;
    if (fits) shown += 1;
  });
  count.textContent = words.length === 0 ? '' : `${shown} of ${rows.length}`;
}

if (field !== null && count !== null) {
  let waiting;
  field.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });
  if (field.value !== '') show();
}
