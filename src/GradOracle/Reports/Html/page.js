'use strict';
// The page says everything without this script; it helps to get around.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const byId = id => document.getElementById(id);

// A link to a case opens it.
const openTarget = () => { const target = byId(location.hash.slice(1)); if (target?.matches('details')) { target.open = true; target.scrollIntoView(); } };
addEventListener('hashchange', openTarget);
openTarget();

// Copying a replay command.
for (const button of all('.copy')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const code = button.parentElement.querySelector('code');
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = 'Selected: copy it';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
}

// Filtering, ordering and stepping through the cases.
const filter = byId('filter');
if (filter) {
  const [verdicts, order, shown] = [byId('verdicts'), byId('order'), byId('shown')];
  const cases = all('.contents tr[data-case]').map(line => ({ i: +line.dataset.case, line, section: byId('case-' + line.dataset.case), text: (line.parentElement.rows[0].textContent + ' ' + line.textContent).toLowerCase(), name: line.querySelector('a').textContent }));
  const severity = ['not-comparable', 'disagrees', 'oracles-disagree', 'inconclusive', 'agrees'];
  const verdict = c => c.section.dataset.verdict;
  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const c of cases) {
      const fits = (!verdicts.value || verdict(c) === verdicts.value) && words.every(w => c.text.includes(w));
      c.line.hidden = c.section.hidden = !fits;
      count += fits;
    }
    for (const body of all('.contents tbody')) body.hidden = ![...body.rows].some(line => line.dataset.case && !line.hidden);
    shown.textContent = count + ' of ' + cases.length;
  };
  const sort = () => {
    const by = { number: (a, b) => a.i - b.i, name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.i - b.i), verdict: (a, b) => severity.indexOf(verdict(a)) - severity.indexOf(verdict(b)) || a.i - b.i };
    cases.sort(by[order.value]);
    for (const c of cases) { c.line.parentElement.append(c.line); byId('all').append(c.section); }
  };
  let at = -1;
  const next = () => {
    for (let step = 1; step <= cases.length; step++) {
      const c = cases[(at + step) % cases.length];
      if (!c.section.hidden && verdict(c) !== 'agrees') {
        at = cases.indexOf(c);
        c.section.open = true;
        c.section.scrollIntoView();
        c.section.querySelector('summary').focus({ preventScroll: true });
        return;
      }
    }
  };
  filter.addEventListener('input', show);
  verdicts.addEventListener('change', show);
  order.addEventListener('change', () => { sort(); at = -1; });
  byId('next').addEventListener('click', next);
  filter.closest('.controls').hidden = false;
  show();
}

// Maps: one stop of the Tab key for each, arrows within; what is known of an entry beside it, and the same entry outlined in all maps of the row.
const tip = document.createElement('div');
tip.id = 'tip';
tip.setAttribute('role', 'status');
tip.hidden = true;
document.body.append(tip);
let outlined = [];
let pointed = null;
const leave = () => { outlined.forEach(c => c.classList.remove('at')); outlined = []; pointed = null; tip.hidden = true; };
const titleOf = cell => { if (cell.title) { cell.dataset.title = cell.title; cell.removeAttribute('title'); } return cell.dataset.title; };
const point = cell => {
  leave();
  pointed = cell;
  const [row, column] = [cell.parentElement.rowIndex, cell.cellIndex];
  outlined = all('.map', cell.closest('.strip')).map(map => map.rows[row]?.cells[column]).filter(Boolean);
  outlined.forEach(c => c.classList.add('at'));
  tip.textContent = titleOf(cell);
  tip.hidden = false;
  const [box, size] = [cell.getBoundingClientRect(), tip.getBoundingClientRect()];
  tip.style.left = Math.max(4, Math.min(box.left, innerWidth - size.width - 4)) + 'px';
  tip.style.top = (box.bottom + size.height + 10 < innerHeight ? box.bottom + 6 : box.top - size.height - 6) + 'px';
};
const cellOf = event => event.target.closest?.('.map td');
document.addEventListener('pointerover', event => { const cell = cellOf(event); if (cell) point(cell); else if (!cellOf({ target: document.activeElement })) leave(); });
document.addEventListener('focusin', event => { const cell = cellOf(event); if (cell) point(cell); else leave(); });
document.addEventListener('scroll', () => { if (pointed) point(pointed); }, { passive: true, capture: true });
for (const map of all('.map')) {
  const first = map.rows[0]?.cells[0];
  if (first) first.tabIndex = 0;
}
document.addEventListener('keydown', event => {
  const cell = cellOf(event);
  if (event.key === 'Escape') leave();
  const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!cell || !move) return;
  event.preventDefault();
  const target = cell.closest('table').rows[cell.parentElement.rowIndex + move[0]]?.cells[cell.cellIndex + move[1]];
  if (target) { cell.tabIndex = -1; target.tabIndex = 0; target.focus(); }
});
