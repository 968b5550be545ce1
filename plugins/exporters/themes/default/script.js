// Jumps from mention to mention and shows those of some platforms only. Without this script the page has everything but that.
(() => {
  'use strict';
  const tools = document.getElementById('tools');
  if (!tools) return;
  const all = [...document.querySelectorAll('.entry')];
  const slider = tools.querySelector('input[type=range]');
  const now = tools.querySelector('.now');
  const status = tools.querySelector('[role=status]');
  const boxes = [...tools.querySelectorAll('input[type=checkbox]')];
  const rail = document.getElementById('rail');
  let shown = all;
  let here = 0;
  let jumped = false;

  const words = entry => [
    entry.querySelector('.when time')?.textContent,
    entry.dataset.day,
    entry.querySelector('cite')?.textContent,
  ].filter(Boolean).join(', ');

  // Every mention knows its day, which only the first of a day has above it.
  let day = '';
  for (const child of document.getElementById('story').querySelectorAll('.day, .entry')) {
    if (child.classList.contains('day')) day = child.textContent.trim();
    else child.dataset.day = day;
  }

  // The mark on the rail that shows where the reader is.
  const mark = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  if (rail) {
    mark.setAttribute('class', 'here');
    mark.setAttribute('vector-effect', 'non-scaling-stroke');
    mark.setAttribute('y1', '0');
    mark.setAttribute('y2', '100');
    rail.append(mark);
    rail.classList.add('live');
  }

  const tell = index => {
    here = Math.max(0, Math.min(index, shown.length - 1));
    const entry = shown[here];
    slider.disabled = !entry;
    slider.max = String(Math.max(1, shown.length));
    slider.value = String(here + 1);
    slider.setAttribute('aria-valuetext', entry ? words(entry) : '');
    now.textContent = entry ? `${here + 1} / ${shown.length}` : '0';
    if (entry) for (const end of ['x1', 'x2']) mark.setAttribute(end, entry.dataset.at);
  };

  const go = index => {
    tell(index);
    const entry = shown[here];
    if (!entry) return;
    const start = entry.previousElementSibling?.classList.contains('day') ? entry.previousElementSibling : entry;
    // At the end of the page a mention cannot come to the top; it is the one that was asked for all the same.
    jumped = true;
    start.scrollIntoView({ behavior: 'instant', block: 'start' });
  };

  // The mention at the top of the window; they stand one below the other, so halving finds it.
  const look = () => {
    const top = tools.getBoundingClientRect().bottom + 40;
    let low = 0;
    let high = shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (shown[middle].getBoundingClientRect().top <= top) low = middle + 1;
      else high = middle;
    }
    tell(low - 1);
  };

  const filter = () => {
    const wanted = new Set(boxes.filter(box => box.checked).map(box => box.value));
    for (const entry of all) entry.hidden = !wanted.has(entry.dataset.platform);
    shown = all.filter(entry => !entry.hidden);
    const days = new Set(shown.map(entry => entry.dataset.day));
    for (const title of document.querySelectorAll('.day')) title.hidden = !days.has(title.textContent.trim());
    status.textContent = tools.dataset.shown.replace('{n}', shown.length).replace('{total}', all.length);
    look();
  };

  // An address may lead to a mention that the filter hides: then all are shown.
  const arrive = () => {
    if (!document.getElementById(location.hash.slice(1))?.hidden) return;
    for (const box of boxes) box.checked = true;
    filter();
    document.getElementById(location.hash.slice(1)).scrollIntoView({ behavior: 'instant' });
  };

  for (const button of tools.querySelectorAll('button')) {
    button.addEventListener('click', () => {
      go(here + Number(button.dataset.step));
      status.textContent = shown[here] ? words(shown[here]) : '';
    });
  }
  slider.addEventListener('input', () => go(Number(slider.value) - 1));
  for (const box of boxes) box.addEventListener('change', filter);
  rail?.addEventListener('click', event => {
    const box = rail.getBoundingClientRect();
    const part = (event.clientX - box.left) / box.width;
    const at = 1000 * (document.documentElement.dir === 'rtl' ? 1 - part : part);
    const far = entry => Math.abs(Number(entry.dataset.at) - at);
    go(shown.reduce((best, entry, index) => (far(entry) < far(shown[best]) ? index : best), 0));
  });
  tools.addEventListener('keydown', event => {
    const open = tools.querySelector('details[open]');
    if (event.key !== 'Escape' || !open) return;
    open.open = false;
    open.querySelector('summary').focus();
  });
  addEventListener('hashchange', arrive);

  let waiting = false;
  addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (!jumped) look();
      jumped = false;
    });
  }, { passive: true });

  tools.hidden = false;
  look();
})();
