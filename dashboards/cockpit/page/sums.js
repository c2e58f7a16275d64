// What a selection of sessions and orders adds up to.

/** @typedef {Record<string, Set<number>>} Filters Chosen codes by dimension. A dimension without any is not filtered. */

/**
 * @typedef {object} Group The figures of each value of a dimension, by its code.
 * @property {Float64Array} sessions
 * @property {Float64Array} buyers Sessions with a purchase.
 * @property {Float64Array} orders Orders with at least one line that is chosen.
 * @property {Float64Array} net Net revenue in cents.
 * @property {Float64Array} gross Gross revenue in cents.
 * @property {Float64Array} units
 * @property {Float64Array} squares Sum of the squared net revenue of the orders, for `news`.
 */

/**
 * @typedef {object} Sums The figures of some days under some filters.
 * @property {number} sessions
 * @property {number} buyers
 * @property {number} orders
 * @property {number} net
 * @property {number} gross
 * @property {number} units
 * @property {number} squares
 * @property {number[]} stages Sessions that reached each stage of the funnel by a chain, such as view, cart, checkout, purchase.
 * @property {{left: number, value: number, recovered: number}} carts Carts without a purchase in their session: how many
 *   and for how many cents are abandoned, and how many were recovered by a later order.
 * @property {Record<string, Float64Array>} days Each figure by day.
 * @property {Record<string, Group>} by Each dimension, under the filters of all others.
 */

const FIGURES = ['sessions', 'buyers', 'orders', 'net', 'gross', 'units', 'squares'];

/**
 * Whether each code of a dimension is chosen: 0 if it is, and else the dimension's bit.
 * @param {Data} data
 * @param {Filters} filters
 * @param {string} dimension
 */
function refusals(data, filters, dimension) {
  const size = codeCount(data, dimension);
  const chosen = filters[dimension];
  const bit = 1 << DIMENSIONS.indexOf(dimension);
  const refused = new Uint8Array(size);
  if (chosen && chosen.size) for (let code = 0; code < size; code += 1) refused[code] = chosen.has(code) ? 0 : bit;
  return refused;
}

/**
 * @param {Data} data
 * @param {string} dimension
 */
function codeCount(data, dimension) {
  return dimension === 'product' ? data.products.id.length : data.dictionaries[dimension].length;
}

/**
 * Add up the days from `first` to `last`, both inclusive and counted from the first day of the data.
 *
 * A dimension's own filter does not apply to its own figures, so that a second value can be seen and chosen. Sessions
 * have no product: the filters of category and product apply to orders and their lines only.
 * @param {Data} data
 * @param {number} first
 * @param {number} last
 * @param {Filters} filters
 * @returns {Sums}
 */
function addUp(data, first, last, filters) {
  const length = Math.max(0, last - first + 1);
  const days = Object.fromEntries(FIGURES.map((figure) => [figure, new Float64Array(length)]));
  const by = Object.fromEntries(
    DIMENSIONS.map((dimension) => [
      dimension,
      Object.fromEntries(FIGURES.map((figure) => [figure, new Float64Array(codeCount(data, dimension))])),
    ]),
  );
  const sums = {
    ...Object.fromEntries(FIGURES.map((figure) => [figure, 0])),
    stages: data.stages.map(() => 0),
    carts: { left: 0, value: 0, recovered: 0 },
    days,
    by,
  };
  const refused = Object.fromEntries(DIMENSIONS.map((name) => [name, refusals(data, filters, name)]));
  addSessions(data, first, last, refused, /** @type {any} */ (sums));
  addOrders(data, first, last, refused, /** @type {any} */ (sums));
  for (const figure of FIGURES) sums[figure] = days[figure].reduce((total, value) => total + value, 0);
  return /** @type {any} */ (sums);
}

/** Sums of the last views: another metric, split or comparison, and the way back, need no new ones. */
const REMEMBERED = 12;
/** @type {Map<string, Sums>} */
const remembered = new Map();

/**
 * `addUp`, or what it has given before.
 * @param {Data} data
 * @param {Span} span
 * @param {Filters} filters
 */
function sumsOf(data, span, filters) {
  const key = [span.first, span.last, ...DIMENSIONS.map((name) => [...filters[name]].sort((a, b) => a - b).join())].join(' ');
  const sums = remembered.get(key) ?? addUp(data, span.first, span.last, filters);
  remembered.delete(key);
  remembered.set(key, sums);
  for (const oldest of remembered.keys()) if (remembered.size > REMEMBERED) remembered.delete(oldest);
  return sums;
}

/**
 * @param {Data} data
 * @param {number} first
 * @param {number} last
 * @param {Record<string, Uint8Array>} refused
 * @param {Sums} sums
 */
function addSessions(data, first, last, refused, sums) {
  const { session_source: sources, session_device: devices, session_country: countries } = data.columns;
  const { session_flags: flags, session_cart: carts } = data.columns;
  const { source: noSource, device: noDevice, country: noCountry } = refused;
  const { source: bySource, device: byDevice, country: byCountry } = sums.by;
  const reached = new Float64Array(STAGES + 1);
  for (let day = first; day <= last; day += 1) {
    let sessions = 0;
    let buyers = 0;
    for (let row = data.sessionStart[day], end = data.sessionStart[day + 1]; row < end; row += 1) {
      const source = sources[row];
      const device = devices[row];
      const country = countries[row];
      const out = noSource[source] | noDevice[device] | noCountry[country];
      if (out & (out - 1)) continue; // refused by two dimensions
      const buyer = flags[row] & PURCHASED ? 1 : 0;
      if (out === 0) {
        sessions += 1;
        buyers += buyer;
        reached[flags[row] & STAGES] += 1;
        const outcome = flags[row] >> OUTCOME_SHIFT;
        if (outcome === ABANDONED) {
          sums.carts.left += 1;
          sums.carts.value += carts[row];
        } else if (outcome === RECOVERED) sums.carts.recovered += 1;
      }
      if (out === 0 || out === 1) {
        bySource.sessions[source] += 1;
        bySource.buyers[source] += buyer;
      }
      if (out === 0 || out === 2) {
        byDevice.sessions[device] += 1;
        byDevice.buyers[device] += buyer;
      }
      if (out === 0 || out === 4) {
        byCountry.sessions[country] += 1;
        byCountry.buyers[country] += buyer;
      }
    }
    sums.days.sessions[day - first] = sessions;
    sums.days.buyers[day - first] = buyers;
  }
  // Who reached a stage has reached those before it.
  for (let stage = data.stages.length, more = 0; stage >= 1; stage -= 1) sums.stages[stage - 1] = more += reached[stage];
}

/**
 * @param {Data} data
 * @param {number} first
 * @param {number} last
 * @param {Record<string, Uint8Array>} refused
 * @param {Sums} sums
 */
function addOrders(data, first, last, refused, sums) {
  const { order_source: sources, order_device: devices, order_country: countries } = data.columns;
  const { line_product: products, line_units: units, line_gross: gross, line_net: net } = data.columns;
  const categories = data.products.category;
  const { source: noSource, device: noDevice, country: noCountry, category: noCategory, product: noProduct } = refused;
  const { source: bySource, device: byDevice, country: byCountry } = sums.by;
  const byCategory = collector(sums.by.category);
  const byProduct = collector(sums.by.product);
  for (let day = first; day <= last; day += 1) {
    const place = day - first;
    for (let row = data.orderStart[day], end = data.orderStart[day + 1]; row < end; row += 1) {
      const out = noSource[sources[row]] | noDevice[devices[row]] | noCountry[countries[row]];
      if (out & (out - 1)) continue;
      let matched = false;
      let orderUnits = 0;
      let orderGross = 0;
      let orderNet = 0;
      for (let line = data.lineStart[row], last = data.lineStart[row + 1]; line < last; line += 1) {
        const product = products[line];
        const category = categories[product];
        const lineOut = noCategory[category] | noProduct[product];
        if (lineOut === 0) {
          matched = true;
          orderUnits += units[line];
          orderGross += gross[line];
          orderNet += net[line];
        }
        if (out === 0 && (lineOut === 0 || lineOut === 8)) byCategory.add(category, units[line], gross[line], net[line]);
        if (out === 0 && (lineOut === 0 || lineOut === 16)) byProduct.add(product, units[line], gross[line], net[line]);
      }
      if (out === 0) {
        byCategory.endOrder();
        byProduct.endOrder();
      }
      if (!matched) continue;
      if (out === 0) addOrder(sums.days, place, orderUnits, orderGross, orderNet);
      if (out === 0 || out === 1) addOrder(bySource, sources[row], orderUnits, orderGross, orderNet);
      if (out === 0 || out === 2) addOrder(byDevice, devices[row], orderUnits, orderGross, orderNet);
      if (out === 0 || out === 4) addOrder(byCountry, countries[row], orderUnits, orderGross, orderNet);
    }
  }
}

/**
 * @param {any} group
 * @param {number} place
 * @param {number} units
 * @param {number} gross
 * @param {number} net
 */
function addOrder(group, place, units, gross, net) {
  group.orders[place] += 1;
  group.units[place] += units;
  group.gross[place] += gross;
  group.net[place] += net;
  group.squares[place] += net * net;
}

/**
 * Adds lines to the values of a dimension, and an order once to each value that it has lines of.
 * @param {Group} group
 */
function collector(group) {
  const ofOrder = new Float64Array(group.net.length);
  const seen = new Uint8Array(group.net.length);
  /** @type {number[]} */
  let touched = [];
  return {
    /** @type {(code: number, units: number, gross: number, net: number) => void} */
    add(code, units, gross, net) {
      if (!seen[code]) {
        seen[code] = 1;
        touched.push(code);
      }
      group.units[code] += units;
      group.gross[code] += gross;
      group.net[code] += net;
      ofOrder[code] += net;
    },
    endOrder() {
      for (const code of touched) {
        group.orders[code] += 1;
        group.squares[code] += ofOrder[code] * ofOrder[code];
        ofOrder[code] = seen[code] = 0;
      }
      touched.length = 0;
    },
  };
}

/**
 * A figure, of a whole or of a group's value. Rates without a denominator are 0, as in the tables.
 * @param {string} metric revenue, gross, orders, order_value, sessions, conversion or units.
 * @param {(figure: string) => number} of The value of a figure in `FIGURES`.
 */
function measure(metric, of) {
  switch (metric) {
    case 'revenue': return of('net') / 100;
    case 'gross': return of('gross') / 100;
    case 'order_value': return of('orders') ? of('net') / 100 / of('orders') : 0;
    case 'conversion': return of('sessions') ? (100 * of('buyers')) / of('sessions') : 0;
    default: return of(metric);
  }
}
