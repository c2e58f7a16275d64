// Elements and charts. Texts become text nodes, never markup.

/**
 * @param {string} tag
 * @param {Record<string, any>} attributes on… are listeners; false and null are left out.
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {HTMLElement}
 */
function h(tag, attributes = {}, ...children) {
  return /** @type {HTMLElement} */ (fill(document.createElement(tag), attributes, children));
}

/**
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node | string | null | false)} children
 * @returns {SVGElement}
 */
function s(tag, attributes = {}, ...children) {
  return /** @type {SVGElement} */ (fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children));
}

/**
 * @template {Element} T
 * @param {T} element
 * @param {Record<string, any>} attributes
 * @param {any[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Round numbers from 0 to at least `most`.
 * @param {number} most
 */
function ticks(most, count = 4) {
  if (most <= 0) return [0];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const places = [];
  for (let place = 0; place < most + step * 0.999; place += step) places.push(place);
  return places;
}

/**
 * @typedef {object} Bar A span of days on the chart over time.
 * @property {string} label
 * @property {string} axis What stands below it, or nothing.
 * @property {number} value
 * @property {number | null} before The figure to compare with.
 * @property {[number, number] | null} expected Bounds between which the figure was expected.
 * @property {boolean} odd Whether it is outside.
 * @property {() => void} choose Zoom in.
 */

/**
 * Bars over time, with a line for what they are compared with. One bar is in the order of tabs; arrow keys go to others.
 * @param {Bar[]} bars
 * @param {string} metric
 * @param {string} title For screen readers.
 * @param {(bar: Bar | null) => void} look Called with the bar that is pointed at.
 * @param {number} width
 */
function timeChart(bars, metric, title, look, width) {
  const height = width < 560 ? 230 : 280;
  const [left, right, top, bottom] = [52, 8, 10, 24];
  const most = Math.max(...bars.map((bar) => Math.max(bar.value, bar.before ?? 0, bar.expected?.[1] ?? 0)), 0);
  const marks = ticks(most);
  const scale = marks[marks.length - 1] || 1;
  const slot = (width - left - right) / bars.length;
  const gap = Math.min(slot * 0.25, 6);
  const x = (/** @type {number} */ place) => left + place * slot;
  const y = (/** @type {number} */ value) => top + (height - top - bottom) * (1 - value / scale);
  const chart = s('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': title, class: 'time' });
  for (const mark of marks) {
    chart.append(
      s('line', { x1: left, x2: width - right, y1: y(mark), y2: y(mark), class: 'grid' }),
      s('text', { x: left - 8, y: y(mark) + 4, class: 'tick end', 'aria-hidden': true }, axisText(metric, mark, scale)),
    );
  }
  if (bars.every((bar) => bar.expected)) {
    const upper = bars.map((bar, place) => `${x(place + 0.5)},${y(/** @type {any} */ (bar.expected)[1])}`);
    const lower = bars.map((bar, place) => `${x(place + 0.5)},${y(/** @type {any} */ (bar.expected)[0])}`).reverse();
    chart.append(s('polygon', { points: [...upper, ...lower].join(' '), class: 'expected' }));
  }
  /** @type {SVGElement[]} */
  const drawn = [];
  bars.forEach((bar, place) => {
    const compared = bar.before === null ? '' : `; ${figure(metric, bar.before)} before`;
    const label = `${bar.label}: ${figure(metric, bar.value)}${compared}${bar.odd ? '; outside what was expected' : ''}`;
    const go = (/** @type {number} */ to) => {
      if (!drawn[to]) return;
      drawn[place].setAttribute('tabindex', '-1');
      drawn[to].setAttribute('tabindex', '0');
      /** @type {any} */ (drawn[to]).focus();
    };
    const group = s('g', {
      role: 'button', tabindex: place === 0 ? 0 : -1, 'aria-label': label, class: bar.odd ? 'bar odd' : 'bar', 'data-key': `bar-${place}`,
      onclick: bar.choose,
      onfocus: () => look(bar), onblur: () => look(null), onpointerenter: () => look(bar), onpointerleave: () => look(null),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1, Home: -place, End: bars.length - 1 - place }[event.key];
        if (step !== undefined) go(place + step);
        else if (event.key === 'Enter' || event.key === ' ') bar.choose();
        else return;
        event.preventDefault();
      },
    },
    s('rect', { x: x(place), y: top, width: slot, height: height - top - bottom, class: 'hit' }),
    s('rect', { x: x(place) + gap / 2, y: y(bar.value), width: Math.max(1, slot - gap), height: Math.max(0, y(0) - y(bar.value)), rx: Math.min(2, slot / 6), class: 'value' }));
    drawn.push(group);
    chart.append(group);
    if (bar.axis) chart.append(s('text', { x: x(place) + slot / 2, y: height - 6, class: 'tick middle', 'aria-hidden': true }, bar.axis));
  });
  const line = bars.flatMap((bar, place) => (bar.before === null ? [] : [`${x(place + 0.5)},${y(bar.before)}`]));
  if (line.length > 1) chart.append(s('polyline', { points: line.join(' '), class: 'before' }));
  return chart;
}

/**
 * @param {string} metric
 * @param {number} value
 * @param {number} scale
 */
function axisText(metric, value, scale) {
  const { money, rate } = METRICS[metric];
  if (rate) return `${value.toFixed(scale < 5 ? 1 : 0)}%`;
  return (money ? compactMoney : compact).format(value);
}

/**
 * From one amount to another by steps, as rows of a table with bars.
 * @param {{name: string, value: number, step: boolean, note: string}[]} rows Amounts in cents.
 */
function waterfall(rows) {
  let level = 0;
  const spans = rows.map((row) => {
    const from = row.step ? level : 0;
    level = row.step ? level + row.value : row.value;
    return [from, level];
  });
  const most = Math.max(...spans.flat(), 1);
  // The steps are seen from near: an axis from 0 would hide a change of some per cent.
  const least = Math.min(...spans.slice(0).map(([from, to], place) => (rows[place].step ? Math.min(from, to) : to)));
  const base = least > 0.5 * most ? least - (most - least) * 0.35 : Math.min(0, least);
  const place = (/** @type {number} */ amount) => Math.max(0, (100 * (amount - base)) / (most - base || 1));
  return rows.map((row, each) => {
    const [from, to] = spans[each];
    const left = row.step ? place(Math.min(from, to)) : 0;
    const width = row.step ? place(Math.max(from, to)) - left : place(to);
    const kind = row.step ? (row.value < 0 ? 'down' : 'up') : 'level';
    return h('tr', {},
      h('th', { scope: 'row' }, row.name, row.note ? h('small', {}, row.note) : null),
      h('td', { class: 'track', 'aria-hidden': true }, h('i', { class: kind, style: `left:${left.toFixed(2)}%;width:${Math.max(0.6, width).toFixed(2)}%` })),
      h('td', { class: `number ${row.step ? kind : ''}` }, row.step ? signedMoney(row.value) : wholeMoney.format(row.value / 100)));
  });
}
