// The page: every panel is drawn from a state and its sums, and every click makes another state.

const NAMES = { source: 'Source', device: 'Device', country: 'Country', category: 'Category', product: 'Product' };
/** Rows that a list of values shows, of those that are there. */
const SHOWN = { product: 10, category: 10, country: 10 };
const ROWS_SHOWN = 100;

/**
 * @typedef {object} Model What the panels are drawn from.
 * @property {State} state
 * @property {Sums} now
 * @property {Sums | null} before The sums to compare with.
 * @property {string} compared `year` or `before`, which may be another than was chosen if there is no data for that.
 * @property {Record<string, {span: Span, sums: Sums} | null>} others Both comparisons.
 * @property {News[]} news
 */

/**
 * @param {Data} data
 * @param {State} state
 * @returns {Model}
 */
function model(data, state) {
  const sums = (/** @type {Span} */ span) => sumsOf(data, span, state.filters);
  const now = sums(state);
  const others = Object.fromEntries(['year', 'before'].map((compare) => {
    const span = comparedWith(data, state, compare);
    const there = span && (span.first >= data.productsFrom || !isOfProducts(state.filters));
    return [compare, there ? { span, sums: sums(span) } : null];
  }));
  const compared = others[state.compare] ? state.compare : state.compare === 'year' ? 'before' : 'year';
  const before = others[compared]?.sums ?? null;
  return { state, now, before, compared, others, news: before ? news(before, now) : [] };
}

/**
 * What a period is compared with, in words.
 * @param {string} compare
 * @param {Span} span
 */
function comparedText(compare, span) {
  const days = span.last - span.first + 1;
  return compare === 'year' ? 'the year before' : days === 1 ? 'the day before' : `the ${whole.format(days)} days before`;
}

/**
 * @param {Data} data
 * @param {string} dimension
 * @param {number} code
 */
function valueName(data, dimension, code) {
  return dimension === 'product' ? data.products.name[code] : data.dictionaries[dimension][code];
}

/** The whole page, with listeners that go to another state. */
class Page {
  /**
   * @param {Data} data
   * @param {(name: string) => Promise<any>} part See `rowsOf`.
   */
  constructor(data, part) {
    this.data = data;
    this.part = part;
    this.search = '';
    this.state = fromAddress(data, location.hash);
    /** @type {Set<string>} */
    this.open = new Set();
    /** Width of the chart over time. Asking for it while drawing would make the browser lay out the page twice. */
    this.width = 0;
  }

  /** Draw the chart for the width that there is. */
  fit() {
    const width = Math.max(280, (document.getElementById('trend')?.clientWidth ?? 800) - 34);
    if (width === this.width) return;
    this.width = width;
    if (this.model) this.drawTrend();
  }

  /** @param {Partial<State>} change */
  go(change) {
    const span = change.period && change.period !== 'days' ? spanOf(this.data, change.period) : {};
    const state = answerable(this.data, { ...this.state, ...change, ...span });
    const address = toAddress(this.data, state);
    if (address !== toAddress(this.data, this.state)) history.pushState(null, '', address ? `#${address}` : location.pathname + location.search);
    this.state = state;
    this.draw();
  }

  /** What the address says, after back, forward or a new address. */
  follow() {
    this.state = fromAddress(this.data, location.hash);
    this.draw();
  }

  /**
   * @param {string} dimension
   * @param {number} code
   */
  toggle(dimension, code) {
    const chosen = new Set(this.state.filters[dimension]);
    if (!chosen.delete(code)) chosen.add(code);
    this.go({ filters: { ...this.state.filters, [dimension]: chosen } });
  }

  /** @returns {Filters} */
  emptyFilters() {
    return Object.fromEntries(DIMENSIONS.map((name) => [name, new Set()]));
  }

  draw() {
    const key = document.activeElement?.getAttribute('data-key');
    this.model = model(this.data, this.state);
    this.drawControls();
    this.drawHeadline();
    this.drawFigures();
    this.drawTrend();
    this.drawWhy();
    this.drawBreakdowns();
    this.drawAttention();
    this.drawFunnel();
    this.linkBoards();
    if (key) /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus({ preventScroll: true });
  }

  /** Boards that are served show the cockpit's period. Those in files have one of their own. */
  linkBoards() {
    const { period, first, last } = this.state;
    const days = new URLSearchParams({ start_date: this.iso(first), end_date: this.iso(last) });
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('nav[aria-label="Boards"] a'))) {
      if (!link.pathname.endsWith('.html')) link.search = period === 'all' ? '' : String(days);
    }
  }

  /** @param {number} place */
  iso(place) {
    return this.data.isoDays[place];
  }

  drawControls() {
    const { state, data } = this;
    const date = (/** @type {string} */ name, /** @type {'first' | 'last'} */ end) => h('label', {}, name,
      h('input', {
        type: 'date', value: this.iso(state[end]), min: data.first, max: data.last, 'data-key': `day-${end}`,
        onchange: (/** @type {any} */ event) => {
          const day = placeOf(data, event.target.value);
          // While a year is typed it is one that the data does not have.
          if (!(day >= 0 && day < data.days)) return;
          const span = { first: state.first, last: state.last, [end]: day };
          if (span.first > span.last) span.first = span.last = day;
          this.go({ period: 'days', ...span });
        },
      }));
    const chips = DIMENSIONS.flatMap((dimension) => [...state.filters[dimension]].map((code) =>
      h('button', {
        class: 'chip', type: 'button', 'aria-label': `Remove the filter ${NAMES[dimension]}: ${valueName(data, dimension, code)}`,
        'data-key': `chip-${dimension}-${code}`, onclick: () => this.toggle(dimension, code),
      }, `${NAMES[dimension]}: ${valueName(data, dimension, code)}`)));
    if (chips.length) chips.push(h('button', { class: 'plain', type: 'button', 'data-key': 'clear', onclick: () => this.go({ filters: this.emptyFilters() }) }, 'Clear all filters'));
    replace('controls',
      choice('Period', Object.entries(PERIODS), state.period, 'period', (period) => this.go({ period })),
      date('From', 'first'), date('To', 'last'),
      choice('Compare with', [['year', 'Year before'], ['before', 'Days before']], state.compare, 'compare', (compare) => this.go({ compare })),
      h('div', { class: 'chips' }, ...chips));
  }

  /** The period in words. */
  periodText() {
    const [first, last] = [this.iso(this.state.first), this.iso(this.state.last)];
    const to = dayText(last);
    const named = {
      '30d': `in the 30 days to ${to}`, '90d': `in the 90 days to ${to}`, month: `this month to ${to}`, quarter: `this quarter to ${to}`,
      year: `this year to ${to}`, '12m': `in the 12 months to ${to}`, all: `from ${spanText(first, last)}`,
    }[this.state.period];
    return named ?? (first === last ? `on ${dayText(first)}` : `from ${spanText(first, last)}`);
  }

  drawHeadline() {
    const { now, before, compared, state } = /** @type {Model} */ (this.model);
    const chosen = DIMENSIONS.flatMap((dimension) => [...state.filters[dimension]].map((code) => valueName(this.data, dimension, code)));
    const of = chosen.length > 4 ? ` of ${chosen.length} chosen values` : chosen.length ? ` of ${chosen.join(', ')}` : '';
    /** @type {(Node | string)[]} */
    const text = [`Net revenue${of} ${this.periodText()} is `, h('b', {}, figure('revenue', now.net / 100, true))];
    /** @type {string[]} */
    const notes = [];
    const earliest = isOfProducts(state.filters) ? this.data.productsFrom : 0;
    const none = earliest ? 'This page has no products' : 'There is no data';
    if (!before) {
      text.push('.');
      notes.push(`${none} before ${dayText(this.iso(earliest))} to compare with.`);
    } else if (!before.net) {
      text.push('.');
      notes.push(`There was no revenue in ${comparedText(compared, state)}.`);
    } else {
      const change = now.net / before.net - 1;
      const same = Math.abs(change) < 0.0005;
      text.push(same ? ', as in ' : `, ${change > 0 ? 'up' : 'down'} `);
      if (!same) text.push(h('b', { class: change > 0 ? 'up' : 'down' }, `${(100 * Math.abs(change)).toFixed(1)}%`), ' on ');
      text.push(comparedText(compared, state));
      const factor = {
        Sessions: (/** @type {Sums} */ sums) => sums.sessions,
        'Orders per session': (/** @type {Sums} */ sums) => (sums.sessions ? sums.orders / sums.sessions : 0),
        'Revenue per order': (/** @type {Sums} */ sums) => (sums.orders ? sums.net / sums.orders : 0),
      };
      const parts = revenueEffects(before, now, 'total', state.filters).filter(({ name }) => factor[name]?.(before))
        .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
        .map(({ name }) => `${name.toLowerCase()} ${changeText('revenue', factor[name](now), factor[name](before))}`);
      text.push(parts.length ? `: ${parts.join(', ')}.` : '.');
      if (compared !== state.compare) notes.push(`${none} for ${comparedText(state.compare, state)}, so the comparison is with ${comparedText(compared, state)}.`);
      if (maybeChance(before, now)) notes.push('A change of this size can be chance.');
    }
    replace('headline', ...text, notes.length ? h('small', {}, notes.join(' ')) : null);
    document.title = `Cockpit: ${figure('revenue', now.net / 100, true)} ${this.periodText()}`;
  }

  drawFigures() {
    const { now, others, state } = /** @type {Model} */ (this.model);
    const narrowed = isOfProducts(state.filters);
    replace('figures', ...Object.entries(METRICS).map(([metric, { name, visits }]) => {
      const value = measure(metric, (each) => now[each]);
      const change = (/** @type {string} */ compare) => {
        const other = others[compare]?.sums;
        return changeText(metric, value, other ? measure(metric, (each) => other[each]) : null);
      };
      return h('div', { class: `figure${metric === state.metric ? ' chosen' : ''}`, 'data-metric': metric },
        h('button', { class: 'pick', type: 'button', 'aria-pressed': String(metric === state.metric), 'data-key': `metric-${metric}`, onclick: () => this.go({ metric }) },
          h('span', { class: 'name' }, name, visits && narrowed ? ' (all products)' : ''),
          h('span', { class: 'value', title: figure(metric, value), 'data-value': value }, figure(metric, value, true)),
          h('span', { class: 'changes' },
            h('b', { 'data-change': 'year' }, change('year')), h('span', {}, 'year before'),
            h('b', { 'data-change': 'before' }, change('before')), h('span', {}, 'days before'))),
        h('button', { class: 'plain rows', type: 'button', 'data-key': `rows-${metric}`, 'aria-label': `The rows behind ${name}`, onclick: () => this.showRows(visits ? 'sessions' : 'lines') }, 'Rows'));
    }));
  }

  /** The spans of days that the bars over time stand for. */
  spans() {
    const { first, last } = this.state;
    const length = last - first + 1;
    const key = length <= 92 ? (/** @type {string} */ iso) => iso
      : length <= 430 ? (/** @type {string} */ iso) => isoDay(iso, -((new Date(time(iso)).getUTCDay() + 6) % 7))
        : length <= 3800 ? (/** @type {string} */ iso) => iso.slice(0, 7) : (/** @type {string} */ iso) => iso.slice(0, 4);
    /** @type {Span[]} */
    const spans = [];
    let previous = '';
    for (let day = first; day <= last; day += 1) {
      const own = key(this.iso(day));
      if (own !== previous) spans.push({ first: day, last: day });
      else spans[spans.length - 1].last = day;
      previous = own;
    }
    return { spans, grain: length <= 92 ? 'day' : length <= 430 ? 'week' : length <= 3800 ? 'month' : 'year' };
  }

  drawTrend() {
    const { now, compared, others, state } = /** @type {Model} */ (this.model);
    const { metric } = state;
    const { spans, grain } = this.spans();
    const other = others[compared];
    const filtered = DIMENSIONS.some((dimension) => state.filters[dimension].size);
    const { day_expected: expected, day_lower: lower, day_upper: upper, day_anomaly: odd } = this.data.columns;
    const between = (/** @type {Sums} */ sums, /** @type {number} */ from, /** @type {number} */ to) => measure(metric, (each) => {
      let total = 0;
      for (let day = Math.max(0, from); day <= Math.min(to, sums.days[each].length - 1); day += 1) total += sums.days[each][day];
      return total;
    });
    const shiftedDay = (/** @type {number} */ place) => (compared === 'year' ? placeOf(this.data, shifted(this.iso(place), -12)) : place - (state.last - state.first + 1)) - (other?.span.first ?? 0);
    const every = Math.max(1, Math.ceil(spans.length / 8));
    const bars = spans.map((span, place) => {
      const iso = this.iso(span.first);
      const axis = place % every ? '' : grain === 'year' ? iso.slice(0, 4) : grain === 'month' ? `${MONTHS[Number(iso.slice(5, 7)) - 1]} ${iso.slice(2, 4)}` : dayText(iso).slice(0, -5);
      const bounds = !filtered && metric === 'revenue' && grain === 'day' && expected[span.first] >= 0;
      const until = place + 1 < spans.length ? shiftedDay(spans[place + 1].first) - 1 : (other ? other.span.last - other.span.first : 0);
      return {
        label: spanText(iso, this.iso(span.last)), axis,
        value: between(now, span.first - state.first, span.last - state.first),
        before: other ? between(other.sums, shiftedDay(span.first), until) : null,
        expected: /** @type {[number, number] | null} */ (bounds ? [lower[span.first] / 100, upper[span.first] / 100] : null),
        odd: bounds && odd[span.first] === 1,
        choose: () => this.go({ period: 'days', first: span.first, last: span.last }),
      };
    });
    const { name } = METRICS[metric];
    const readout = h('p', { class: 'readout', 'aria-hidden': true });
    const legend = () => {
      readout.replaceChildren(...(other ? [h('span', { class: 'key' }), comparedText(compared, state)] : []),
        ...(bars.every((bar) => bar.expected) ? ['   ', h('span', { class: 'key band' }), 'expected range'] : []));
    };
    const look = (/** @type {Bar | null} */ bar) => (bar
      ? readout.replaceChildren(`${bar.label}: `, h('b', {}, figure(metric, bar.value)), bar.before === null ? '' : `, ${comparedText(compared, state)} ${figure(metric, bar.before)} (${changeText(metric, bar.value, bar.before)})`, bar.expected ? `; expected ${figure(metric, bar.expected[0])} to ${figure(metric, bar.expected[1])}` : '')
      : legend());
    legend();
    replace('trend',
      h('div', { class: 'top' }, h('h3', { id: 'trend-title' }, `${name} by ${grain}`), state.first === state.last ? null : h('span', { class: 'soft' }, 'Click a bar to zoom in')),
      timeChart(bars, metric, `${name} by ${grain}`, look, this.width), readout);
  }

  drawWhy() {
    const { now, before, compared, state } = /** @type {Model} */ (this.model);
    const split = h('select', {
      'aria-label': 'Split the change by', 'data-key': 'split', class: 'search', onchange: (/** @type {any} */ event) => this.go({ split: event.target.value }),
    }, ...['total', ...Object.keys(now.by)].map((each) => h('option', { value: each, selected: each === state.split }, each === 'total' ? 'As a whole' : `By ${each}`)));
    const top = h('div', { class: 'top' }, h('h3', { id: 'why-title' }, 'Why net revenue moved'), split);
    if (!before || (state.split !== 'total' && !before.by[state.split])) {
      replace('why', top, h('p', { class: 'soft' }, 'There is nothing to compare with.'));
      return;
    }
    const change = (/** @type {(sums: Sums) => number} */ of) => changeText('revenue', of(now), of(before));
    const notes = {
      Sessions: change((sums) => sums.sessions), Units: change((sums) => sums.units),
      'Orders per session': state.split === 'total' ? change((sums) => (sums.sessions ? sums.orders / sums.sessions : 0)) : '',
      'Revenue per order': state.split === 'total' ? change((sums) => (sums.orders ? sums.net / sums.orders : 0)) : '',
    };
    const effects = revenueEffects(before, now, state.split, state.filters);
    const rows = [
      { name: compared === 'year' ? 'Year before' : 'Days before', value: before.net, step: false, note: '' },
      ...effects.map(({ name, effect }) => ({ name, value: effect, step: true, note: VISIT_DIMENSIONS.includes(state.split) && name === 'Sessions' ? '' : notes[name] ?? '' })),
      { name: 'Now', value: now.net, step: false, note: '' },
    ];
    replace('why', top,
      h('table', { class: 'falls', 'aria-label': 'From the revenue before to the revenue now' }, h('tbody', {}, ...waterfall(rows))),
      h('p', { class: 'soft' }, `The parts add up to ${signedMoney(now.net - before.net)} (${change((sums) => sums.net)}) exactly.`));
  }

  drawBreakdowns() {
    const { now, before, news: found, state } = /** @type {Model} */ (this.model);
    const panels = DIMENSIONS.map((dimension) => {
      const [group, old] = [now.by[dimension], before?.by[dimension]];
      if (!group) {
        return h('section', { class: 'card', id: `by-${dimension}`, 'aria-labelledby': `by-${dimension}-title` },
          h('div', { class: 'top' }, h('h3', { id: `by-${dimension}-title` }, NAMES[dimension])),
          h('p', { class: 'soft' }, productsText(this.data)));
      }
      const metric = METRICS[state.metric].visits && !VISIT_DIMENSIONS.includes(dimension) ? 'revenue' : state.metric;
      const value = (/** @type {Group} */ of, /** @type {number} */ code) => measure(metric, (each) => of[each][code]);
      const chosen = state.filters[dimension];
      const codes = Array.from({ length: group.net.length }, (_, code) => code)
        .filter((code) => chosen.has(code) || group.sessions[code] || group.orders[code] || old?.sessions[code] || old?.orders[code]);
      const values = new Map(codes.map((code) => [code, value(group, code)]));
      codes.sort((a, b) => (values.get(b) ?? 0) - (values.get(a) ?? 0) || a - b);
      const words = dimension === 'product' ? this.search.toLowerCase().split(/\s+/).filter(Boolean) : [];
      const matching = codes.filter((code) => chosen.has(code) || words.every((word) => valueName(this.data, dimension, code).toLowerCase().includes(word)));
      const limit = this.open.has(dimension) ? 200 : SHOWN[dimension] ?? 10;
      const shown = matching.filter((code, place) => place < limit || chosen.has(code));
      const most = Math.max(0, ...values.values());
      const kind = metric === 'conversion' ? 'conversion' : 'revenue';
      const sure = new Set(metric === kind ? found.filter((each) => each.dimension === dimension && each.kind === kind).map((each) => each.code) : []);
      const rows = shown.map((code) => {
        const own = values.get(code) ?? 0;
        const was = old ? value(old, code) : null;
        const direction = was === null || own === was ? '' : own > was ? 'up' : 'down';
        const name = valueName(this.data, dimension, code);
        return h('tr', { class: chosen.size && !chosen.has(code) ? 'out' : '', 'data-value': own },
          h('td', {}, h('button', { type: 'button', 'aria-pressed': String(chosen.has(code)), title: name, 'data-key': `value-${dimension}-${code}`, onclick: () => this.toggle(dimension, code) },
            h('i', { style: `width:${most ? (100 * own) / most : 0}%` }), name)),
          h('td', { class: 'number' }, figure(metric, own, true)),
          h('td', { class: `number change ${direction} ${sure.has(code) ? 'sure' : ''}` }, changeText(metric, own, was)));
      });
      const search = dimension !== 'product' ? null : h('input', {
        class: 'search', type: 'search', placeholder: 'Find a product', 'aria-label': 'Find a product', value: this.search, 'data-key': 'search',
        oninput: (/** @type {any} */ event) => { this.search = event.target.value; this.drawBreakdowns(); /** @type {any} */ (document.querySelector('[data-key=search]')).focus(); },
      });
      const more = matching.length > shown.length || this.open.has(dimension) ? h('button', {
        class: 'plain', type: 'button', 'data-key': `more-${dimension}`,
        onclick: () => { if (!this.open.delete(dimension)) this.open.add(dimension); this.drawBreakdowns(); },
      }, this.open.has(dimension) ? 'Show fewer' : `Show more of ${whole.format(matching.length)}`) : null;
      return h('section', { class: 'card', id: `by-${dimension}`, 'aria-labelledby': `by-${dimension}-title` },
        h('div', { class: 'top' }, h('h3', { id: `by-${dimension}-title` }, NAMES[dimension]), search),
        h('table', { class: 'values' }, h('colgroup', {}, h('col'), h('col', { class: 'n' }), h('col', { class: 'c' })),
          h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, NAMES[dimension] === 'Product' && metric !== state.metric ? 'Sessions have no product' : 'Click to filter'), h('th', { scope: 'col', class: 'number' }, METRICS[metric].name === 'Revenue per order' ? 'Avg. order' : METRICS[metric].name), h('th', { scope: 'col', class: 'number' }, 'Change'))),
          h('tbody', {}, ...rows)),
        rows.length ? null : h('p', { class: 'soft' }, 'Nothing in this period.'), more);
    });
    const focus = /** @type {any} */ (document.activeElement);
    const [key, caret] = [focus?.getAttribute?.('data-key'), focus?.selectionStart];
    replace('breakdowns', ...panels);
    if (key) {
      const again = /** @type {any} */ (document.querySelector(`#breakdowns [data-key="${CSS.escape(key)}"]`));
      again?.focus({ preventScroll: true });
      if (key === 'search') again?.setSelectionRange(caret, caret);
    }
  }

  drawAttention() {
    const { now, before, compared, news: found, state } = /** @type {Model} */ (this.model);
    const item = (/** @type {(Node | string)[]} */ text, /** @type {string} */ detail, /** @type {string} */ label, /** @type {string} */ key, /** @type {() => void} */ act) =>
      h('li', {}, h('div', {}, ...text, h('span', { class: 'soft' }, detail)), h('button', { class: 'plain', type: 'button', 'data-key': key, onclick: act }, label));
    const items = [];
    const { day_expected: expected, day_lower: lower, day_upper: upper, day_anomaly: odd } = this.data.columns;
    const distance = (/** @type {number} */ day) => Math.abs(this.dayRevenue(day) - expected[day]) / Math.max(1, upper[day] - expected[day]);
    const days = [];
    for (let day = state.first; day <= state.last; day += 1) if (odd[day]) days.push(day);
    days.sort((a, b) => distance(b) - distance(a));
    for (const day of days.slice(0, 3)) {
      items.push(item([h('b', {}, dayText(this.iso(day))), `: ${wholeMoney.format(this.dayRevenue(day) / 100)} net revenue`],
        `Expected ${wholeMoney.format(lower[day] / 100)} to ${wholeMoney.format(upper[day] / 100)}, the whole shop`, 'Show', `day-${day}`,
        () => this.go({ period: 'days', first: day, last: day, metric: 'revenue' })));
    }
    if (days.length > 3) items.push(h('li', { class: 'soft' }, `${days.length - 3} more days are outside their expected range.`));
    for (const each of found.slice(0, 6)) {
      const name = valueName(this.data, each.dimension, each.code);
      const percent = Math.abs(100 * (each.now / each.expected - 1)).toFixed(0);
      const more = each.now > each.expected;
      const [text, detail] = each.kind === 'conversion'
        ? [`converts ${more ? 'better' : 'worse'}: ${each.now.toFixed(1)}%`, `${NAMES[each.dimension]}; ${each.expected.toFixed(1)}% in ${comparedText(compared, state)}`]
        : [`${more ? 'gains' : 'loses'}: ${wholeMoney.format(each.now / 100)}, ${percent}% ${more ? 'more' : 'less'} than its share`, `${NAMES[each.dimension]}; ${wholeMoney.format(each.expected / 100)} if it had kept its share of ${comparedText(compared, state)}`];
      items.push(item([h('b', {}, name), ` ${text}`], detail, state.filters[each.dimension].has(each.code) ? 'Unfilter' : 'Filter', `news-${each.kind}-${each.dimension}-${each.code}`, () => this.toggle(each.dimension, each.code)));
    }
    if (found.length > 6) items.push(h('li', { class: 'soft' }, `${found.length - 6} more segments or products moved by more than chance.`));
    if (!items.length) items.push(h('li', {}, h('div', {}, before ? 'No day, segment or product moved by more than chance.' : 'No day was outside its expected range.', h('span', { class: 'soft' }, before ? 'What changed otherwise is within what chance explains.' : 'Segments and products need a period to compare with.'))));
    const open = addUp(this.data, Math.max(state.first, state.last - this.data.openCartDays + 1), state.last, { ...state.filters, category: new Set(), product: new Set() }).carts;
    const { left, recovered, value } = now.carts;
    const share = left + recovered ? (100 * recovered) / (left + recovered) : 0;
    if (open.left) {
      items.push(item([h('b', {}, `${whole.format(open.left)} cart${open.left > 1 ? 's' : ''} worth ${wholeMoney.format(open.value / 100)}`), ` to win back, left in the last ${this.data.openCartDays} days`],
        `In the whole period ${whole.format(left)} for ${figure('revenue', value / 100, true)}; ${share.toFixed(1)}% of carts without a purchase came back`, 'Rows', 'carts', () => this.showRows('carts')));
    }
    replace('attention', h('div', { class: 'top' }, h('h3', { id: 'attention-title' }, 'What deserves attention')), h('ul', { class: 'news' }, ...items));
  }

  /** Net revenue of the whole shop on a day, in cents. @param {number} day */
  dayRevenue(day) {
    const { buyStart, basketStart, lineStart, columns: { line_net: net } } = this.data;
    let total = 0;
    for (let line = lineStart[basketStart[buyStart[day]]], end = lineStart[basketStart[buyStart[day + 1]]]; line < end; line += 1) total += net[line];
    return total;
  }

  drawFunnel() {
    const { now, before } = /** @type {Model} */ (this.model);
    const share = (/** @type {Sums} */ sums, /** @type {number} */ stage) => (sums.sessions ? (100 * sums.stages[stage]) / sums.sessions : 0);
    const rows = this.data.stages.map((title, stage) => h('tr', {},
      h('th', { scope: 'row' }, stage ? `Then ${title}` : title),
      h('td', { class: 'track', 'aria-hidden': true }, h('i', { style: `left:0;width:${share(now, stage).toFixed(2)}%` })),
      h('td', { class: 'number' }, whole.format(now.stages[stage])),
      h('td', { class: 'number' }, `${share(now, stage).toFixed(2)}%`),
      h('td', { class: 'number soft' }, changeText('conversion', share(now, stage), before ? share(before, stage) : null))));
    replace('funnel', h('div', { class: 'top' }, h('h3', { id: 'funnel-title' }, 'How far sessions go'),
      h('button', { class: 'plain rows', type: 'button', 'data-key': 'rows-funnel', 'aria-label': 'The rows behind the funnel', onclick: () => this.showRows('sessions') }, 'Rows')),
    h('table', { class: 'steps', 'aria-label': 'Sessions by stage: number, share of all sessions, change' }, h('tbody', {}, ...rows)),
    h('p', { class: 'soft' }, 'Each stage at or after the one before, in one session. ', h('a', { href: 'site_wide_funnel.html' }, 'Where they are lost')));
  }

  /**
   * The rows behind a figure.
   * @param {'lines' | 'sessions' | 'carts'} kind
   */
  async showRows(kind) {
    const sheet = await rowsOf(this.data, this.state, kind, this.part);
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('rows'));
    const some = [];
    for (const row of sheet.rows()) if (some.push(row) === ROWS_SHOWN) break;
    const number = sheet.header.map((_, column) => some.length > 0 && some.every((row) => typeof row[column] === 'number'));
    const table = h('table', {},
      h('thead', {}, h('tr', {}, ...sheet.header.map((name, column) => h('th', { scope: 'col', class: number[column] ? 'number' : '' }, name)))),
      h('tbody', {}, ...some.map((row) => h('tr', {}, ...row.map((value, column) => h('td', { class: number[column] ? 'number' : '' }, typeof value !== 'number' ? value : /_(revenue|value)$/.test(sheet.header[column]) ? amount.format(value) : whole.format(value)))))));
    const save = () => {
      const url = URL.createObjectURL(new Blob([csv(sheet.header, sheet.rows())], { type: 'text/csv;charset=utf-8' }));
      h('a', { href: url, download: `${kind === 'lines' ? 'order_lines' : kind}_${this.iso(sheet.first)}_${this.iso(this.state.last)}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    };
    dialog.replaceChildren(
      h('h3', { id: 'rows-title' }, `${whole.format(sheet.count)} ${sheet.title}, ${spanText(this.iso(sheet.first), this.iso(this.state.last))}`),
      h('div', { class: 'sheet', tabindex: 0, role: 'region', 'aria-labelledby': 'rows-title' }, table),
      sheet.note ? h('p', { class: 'soft' }, sheet.note) : '',
      sheet.count > some.length ? h('p', { class: 'soft' }, `The first ${ROWS_SHOWN} are shown; the file has all.`) : '',
      h('button', { class: 'primary', type: 'button', 'data-key': 'save', onclick: save }, 'Save as CSV'), ' ',
      h('button', { class: 'secondary', type: 'button', onclick: () => dialog.close() }, 'Close'));
    if (!dialog.open) dialog.showModal();
  }
}

/**
 * @param {string} label
 * @param {[string, string][]} options
 * @param {string} chosen
 * @param {string} key
 * @param {(value: string) => void} act
 */
function choice(label, options, chosen, key, act) {
  return h('div', { class: 'choice', role: 'group', 'aria-label': label }, ...options.map(([value, name]) =>
    h('button', { type: 'button', 'aria-pressed': String(value === chosen), 'data-key': `${key}-${value}`, onclick: () => act(value) }, name)));
}

/**
 * @param {string} id
 * @param {...any} children
 */
function replace(id, ...children) {
  document.getElementById(id)?.replaceChildren(...children.filter(Boolean));
}

/**
 * From when on the page has products.
 * @param {{days: number, first: string, productsFrom: number}} data
 */
function productsText({ days, first, productsFrom }) {
  return productsFrom < days
    ? `Categories and products are in this page from ${dayText(isoDay(first, productsFrom))} on: for periods that begin then or later.`
    : 'Categories and products are not in this page.';
}

/**
 * The rows of a selection: order lines, sessions, or sessions of the last days with a cart that can be won back. Where
 * the page does not have single ones, the rows are the sums that it has.
 * @param {Data} data
 * @param {State} state
 * @param {'lines' | 'sessions' | 'carts'} kind
 * @param {(name: string) => Promise<any>} part The parts of the page that only rows need: the columns of `sessions`, and
 *   the identifiers of `session_ids` and `order_ids`, by row.
 */
async function rowsOf(data, state, kind, part) {
  const refused = Object.fromEntries(DIMENSIONS.map((name) => [name, refusals(data, state.filters, name)]));
  const { columns, visitStart } = data;
  const from = kind === 'carts' ? Math.max(state.first, state.last - data.openCartDays + 1) : state.first;
  const single = kind === 'lines' ? !data.addedUp : from >= data.sessionsFrom;
  const id = !single ? null : await part(kind === 'lines' ? 'order_ids' : 'session_ids');
  const sessionColumns = single && kind !== 'lines' ? await part('sessions') : {};
  const visit = kind === 'lines' ? 'buy' : 'visit';
  const visits = (/** @type {number} */ row) => VISIT_DIMENSIONS.map((name) => data.dictionaries[name][columns[`${visit}_${name}`][row]]);
  const outside = (/** @type {number} */ row) => VISIT_DIMENSIONS.some((name) => refused[name][columns[`${visit}_${name}`][row]]);
  /** @returns {Generator<(string | number)[]>} */
  function* lines() {
    for (let day = from; day <= state.last; day += 1) {
      for (let row = data.buyStart[day]; row < data.buyStart[day + 1]; row += 1) {
        if (outside(row)) continue;
        for (let basket = data.basketStart[row]; basket < data.basketStart[row + 1]; basket += 1) {
          for (let line = data.lineStart[basket]; line < data.lineStart[basket + 1]; line += 1) {
            const product = columns.line_product[line];
            const category = data.products.category[product];
            if (refused.product[product] || refused.category[category]) continue;
            const named = day < data.productsFrom ? ['', '', ''] : [data.products.id[product], data.products.name[product], data.dictionaries.category[category]];
            yield [data.isoDays[day], ...(id ? [id(basket)] : [basket + 1, columns.basket_orders[basket]]), ...named,
              ...visits(row), columns.line_units[line], columns.line_gross[line] / 100, columns.line_net[line] / 100];
          }
        }
      }
    }
  }
  /** @returns {Generator<(string | number)[]>} */
  function* sessions() {
    for (let day = data.sessionsFrom, row = 0; day <= state.last; day += 1) {
      for (let place = visitStart[day]; place < visitStart[day + 1]; place += 1) {
        const end = row + columns.visit_sessions[place];
        for (; row < end && day >= from && !outside(place); row += 1) {
          const flags = sessionColumns.flags[row];
          const outcome = flags >> OUTCOME_SHIFT;
          if (kind === 'carts' && outcome !== ABANDONED) continue;
          yield [data.isoDays[day], id(row), ...visits(place), flags & STAGES, flags & PURCHASED ? 'yes' : 'no', OUTCOMES[outcome], outcome ? sessionColumns.cart[row] / 100 : ''];
        }
        row = end;
      }
    }
  }
  /** @type {Record<string, string>} Sums of sessions, and their names in a file. */
  const sums = kind === 'carts' ? {} : {
    sessions: 'session_count', buyers: 'buying_session_count',
    ...Object.fromEntries(data.stages.map((_, stage) => [`stage_${stage + 1}`, `stage_${stage + 1}_session_count`])), recovered: 'recovered_cart_count',
  };
  Object.assign(sums, { left: 'abandoned_cart_count', value: 'abandoned_cart_value' });
  /** @returns {Generator<(string | number)[]>} */
  function* sessionSums() {
    for (let day = from; day <= state.last; day += 1) {
      for (let place = visitStart[day]; place < visitStart[day + 1]; place += 1) {
        if (outside(place) || (kind === 'carts' && !columns.visit_left[place])) continue;
        yield [data.isoDays[day], ...visits(place), ...Object.keys(sums).map((name) => columns[`visit_${name}`][place] / (name === 'value' ? 100 : 1))];
      }
    }
  }
  const header = kind === 'lines'
    ? ['order_date', ...(single ? ['order_id'] : ['basket', 'order_count']), 'product_id', 'product_name', 'category', ...VISIT_DIMENSIONS, 'unit_count', 'gross_revenue', 'net_revenue']
    : single ? ['session_date', 'session_id', ...VISIT_DIMENSIONS, 'ordered_stage_count', 'has_purchased', 'cart_outcome', 'cart_value']
      : ['session_date', ...VISIT_DIMENSIONS, ...Object.values(sums)];
  const rows = kind === 'lines' ? lines : single ? sessions : sessionSums;
  let count = 0;
  for (const _ of rows()) count += 1;
  const title = { lines: 'order lines', sessions: 'sessions', carts: 'carts to win back' }[kind];
  const day = (/** @type {number} */ place) => dayText(data.isoDays[place]);
  const notes = [];
  if (!single && kind === 'lines') notes.push('Orders of a day that are alike are one basket, with a row for each of its products. Units and amounts are those of all its orders.');
  if (!single && kind === 'lines' && from < data.productsFrom) notes.push('Orders of days without products are one row for each day, source, device and country.');
  if (!single && kind !== 'lines') notes.push(`A row adds up the sessions of a day with the same source, device and country. Single sessions are in this page from ${day(data.sessionsFrom)} on.`);
  return { title: single ? title : `rows of ${title}, added up`, header, rows, count, note: notes.join(' '), first: from };
}
