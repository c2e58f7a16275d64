// What is chosen, and the address that says so.

/**
 * @typedef {object} State
 * @property {string} period A name in `PERIODS`, or `days`.
 * @property {number} first First day, counted from the first of the data.
 * @property {number} last
 * @property {string} compare `year`: the same days a year before; `before`: as many days before.
 * @property {string} metric A name in `METRICS`.
 * @property {string} split A dimension, or `total`.
 * @property {Filters} filters
 */

/** @typedef {{first: number, last: number}} Span Days, both inclusive. */

/** @type {Record<string, string>} */
const PERIODS = {
  '30d': '30 days', '90d': '90 days', month: 'This month', quarter: 'This quarter', year: 'This year', '12m': '12 months', all: 'All',
};
const DEFAULTS = { period: 'year', compare: 'year', metric: 'revenue', split: 'total' };

/**
 * The day that many years or months away; 29 February becomes the 28th.
 * @param {string} iso
 * @param {number} months
 */
function shifted(iso, months) {
  const [year, month, day] = iso.split('-').map(Number);
  const length = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, length))).toISOString().slice(0, 10);
}

/**
 * A day by its number from the first day of the data.
 * @param {Data} data
 * @param {string} iso
 */
function placeOf(data, iso) {
  return Math.round((time(iso) - time(data.first)) / DAY);
}

/**
 * The days of a preset. They end with the last day of the data, regardless of the clock, and begin no earlier than it.
 * @param {Data} data
 * @param {string} period
 * @returns {Span}
 */
function spanOf(data, period) {
  const last = data.days - 1;
  const [year, month] = data.last.split('-').map(Number);
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  const from = {
    '30d': () => last - 29,
    '90d': () => last - 89,
    month: () => placeOf(data, `${year}-${two(month)}-01`),
    quarter: () => placeOf(data, `${year}-${two(3 * Math.floor((month - 1) / 3) + 1)}-01`),
    year: () => placeOf(data, `${year}-01-01`),
    '12m': () => placeOf(data, shifted(data.last, -12)) + 1,
    all: () => 0,
  }[period];
  return { first: Math.max(0, from ? from() : 0), last };
}

/**
 * The days to compare with, null where the data does not have all of them.
 * @param {Data} data
 * @param {Span} span
 * @param {string} compare
 * @returns {Span | null}
 */
function comparedWith(data, span, compare) {
  const yearBefore = (/** @type {number} */ place) => placeOf(data, shifted(isoDay(data.first, place), -12));
  const other = compare === 'year'
    ? { first: yearBefore(span.first), last: yearBefore(span.last) }
    : { first: 2 * span.first - span.last - 1, last: span.first - 1 };
  return other.first < 0 ? null : other;
}

/**
 * The state that an address names. What it does not name, or names and the data does not have, has its default.
 * @param {Data} data
 * @param {string} hash
 * @returns {State}
 */
function fromAddress(data, hash) {
  const named = new URLSearchParams(hash.replace(/^#/, ''));
  const one = (/** @type {string} */ name, /** @type {string[]} */ values) => {
    const value = named.get(name);
    return value !== null && values.includes(value) ? value : DEFAULTS[name];
  };
  let period = one('period', Object.keys(PERIODS));
  let { first, last } = spanOf(data, period);
  const day = (/** @type {string | null} */ iso) => (iso && /^\d{4}-\d\d-\d\d$/.test(iso) ? placeOf(data, iso) : NaN);
  const [from, to] = [day(named.get('from')), day(named.get('to'))];
  if (from <= to && to >= 0 && from < data.days) {
    period = 'days';
    [first, last] = [Math.max(0, from), Math.min(data.days - 1, to)];
  }
  /** @type {Filters} */
  const filters = {};
  for (const dimension of DIMENSIONS) {
    const values = dimension === 'product' ? data.products.id : data.dictionaries[dimension];
    const codes = named.getAll(dimension).map((value) => values.indexOf(value)).filter((code) => code >= 0);
    filters[dimension] = new Set(codes);
  }
  return answerable(data, {
    period, first, last, filters,
    compare: one('compare', ['year', 'before']),
    metric: one('metric', Object.keys(METRICS)),
    split: one('split', ['total', ...DIMENSIONS]),
  });
}

/**
 * A state without what the page cannot answer: filters and splits by products, if it lacks those of the first days.
 * @param {Data} data
 * @param {State} state
 * @returns {State}
 */
function answerable(data, state) {
  if (state.first >= data.productsFrom) return state;
  const filters = { ...state.filters };
  for (const name of PRODUCT_DIMENSIONS) filters[name] = new Set();
  return { ...state, filters, split: PRODUCT_DIMENSIONS.includes(state.split) ? 'total' : state.split };
}

/**
 * The address of a state, without what is the default.
 * @param {Data} data
 * @param {State} state
 */
function toAddress(data, state) {
  const named = new URLSearchParams();
  if (state.period === 'days') {
    named.set('from', isoDay(data.first, state.first));
    named.set('to', isoDay(data.first, state.last));
  } else if (state.period !== DEFAULTS.period) named.set('period', state.period);
  for (const name of ['compare', 'metric', 'split']) if (state[name] !== DEFAULTS[name]) named.set(name, state[name]);
  for (const dimension of DIMENSIONS) {
    const values = dimension === 'product' ? data.products.id : data.dictionaries[dimension];
    for (const code of [...state.filters[dimension]].sort((a, b) => a - b)) named.append(dimension, values[code]);
  }
  return named.toString();
}
