// What a selection of visits and orders adds up to.

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
 * @property {Record<string, Group>} by Each dimension, under the filters of all others. Without category and product if
 *   the page does not have the products of all days.
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
 * Whether a category or a product is chosen.
 * @param {Filters} filters
 */
function isOfProducts(filters) {
  return PRODUCT_DIMENSIONS.some((name) => filters[name].size > 0);
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
 * have no product: the filters of category and product apply to orders and their lines only. They are refused for days
 * of which the page has no products.
 * @param {Data} data
 * @param {number} first
 * @param {number} last
 * @param {Filters} filters
 * @returns {Sums}
 */
function addUp(data, first, last, filters) {
  const length = Math.max(0, last - first + 1);
  const dimensions = first < data.productsFrom ? VISIT_DIMENSIONS : DIMENSIONS;
  if (isOfProducts(filters) && dimensions === VISIT_DIMENSIONS) throw new Error('There are no products of these days.');
  const days = Object.fromEntries(FIGURES.map((figure) => [figure, new Float64Array(length)]));
  const by = Object.fromEntries(
    dimensions.map((dimension) => [
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
  addVisits(data, first, last, refused, /** @type {any} */ (sums));
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
function addVisits(data, first, last, refused, sums) {
  const { visit_source: sources, visit_device: devices, visit_country: countries } = data.columns;
  const { visit_sessions: sessions, visit_buyers: buyers } = data.columns;
  const { visit_left: left, visit_value: value, visit_recovered: recovered } = data.columns;
  const stages = data.stages.map((_, stage) => data.columns[`visit_stage_${stage + 1}`]);
  const { source: noSource, device: noDevice, country: noCountry } = refused;
  const { source: bySource, device: byDevice, country: byCountry } = sums.by;
  for (let day = first; day <= last; day += 1) {
    const place = day - first;
    for (let row = data.visitStart[day], end = data.visitStart[day + 1]; row < end; row += 1) {
      const source = sources[row];
      const device = devices[row];
      const country = countries[row];
      const out = noSource[source] | noDevice[device] | noCountry[country];
      if (out & (out - 1)) continue; // refused by two dimensions
      if (out === 0) {
        addTo(sums.days, place, sessions[row], buyers[row]);
        for (let stage = 0; stage < stages.length; stage += 1) sums.stages[stage] += stages[stage][row];
        sums.carts.left += left[row];
        sums.carts.value += value[row];
        sums.carts.recovered += recovered[row];
      }
      if (out === 0 || out === 1) addTo(bySource, source, sessions[row], buyers[row]);
      if (out === 0 || out === 2) addTo(byDevice, device, sessions[row], buyers[row]);
      if (out === 0 || out === 4) addTo(byCountry, country, sessions[row], buyers[row]);
    }
  }
}

/**
 * @param {any} group
 * @param {number} place
 * @param {number} sessions
 * @param {number} buyers
 */
function addTo(group, place, sessions, buyers) {
  group.sessions[place] += sessions;
  group.buyers[place] += buyers;
}

/**
 * @param {Data} data
 * @param {number} first
 * @param {number} last
 * @param {Record<string, Uint8Array>} refused
 * @param {Sums} sums
 */
function addOrders(data, first, last, refused, sums) {
  const { buy_source: sources, buy_device: devices, buy_country: countries } = data.columns;
  const { basket_orders: counts, basket_squares: summed } = data.columns;
  const { line_product: products, line_units: units, line_gross: gross, line_net: net } = data.columns;
  const categories = data.products.category;
  const { source: noSource, device: noDevice, country: noCountry, category: noCategory, product: noProduct } = refused;
  const { source: bySource, device: byDevice, country: byCountry, category: byCategory, product: byProduct } = sums.by;
  const ofCategory = byCategory && collector(byCategory);
  const ofProduct = byProduct && collector(byProduct);
  const all = { orders: 0, units: 0, gross: 0, net: 0, squares: 0 };
  for (let day = first; day <= last; day += 1) {
    for (let row = data.buyStart[day], end = data.buyStart[day + 1]; row < end; row += 1) {
      const out = noSource[sources[row]] | noDevice[devices[row]] | noCountry[countries[row]];
      if (out & (out - 1)) continue;
      const split = out === 0 && byProduct !== undefined;
      all.orders = all.units = all.gross = all.net = all.squares = 0;
      for (let basket = data.basketStart[row], end = data.basketStart[row + 1]; basket < end; basket += 1) {
        const orders = counts[basket];
        const line = data.lineStart[basket], lineEnd = data.lineStart[basket + 1];
        let matched = false;
        let basketNet = 0;
        for (let each = line; each < lineEnd; each += 1) {
          const product = products[each];
          const category = categories[product];
          const lineOut = noCategory[category] | noProduct[product];
          if (lineOut === 0) {
            matched = true;
            all.units += units[each];
            all.gross += gross[each];
            basketNet += net[each];
          }
          if (!split) continue;
          if (lineOut === 0 || lineOut === 8) ofCategory.add(category, units[each], gross[each], net[each]);
          if (lineOut === 0 || lineOut === 16) ofProduct.add(product, units[each], gross[each], net[each]);
        }
        if (split) {
          ofCategory.endBasket(orders);
          ofProduct.endBasket(orders);
        }
        if (!matched) continue;
        all.orders += orders;
        all.net += basketNet;
        // Orders that are alike have the same net revenue; of those that are not, the sum of their squares is there.
        all.squares += basket < summed.length ? summed[basket] : (basketNet * basketNet) / orders;
      }
      if (out === 0) addOrdersTo(sums.days, day - first, all);
      if (out === 0 || out === 1) addOrdersTo(bySource, sources[row], all);
      if (out === 0 || out === 2) addOrdersTo(byDevice, devices[row], all);
      if (out === 0 || out === 4) addOrdersTo(byCountry, countries[row], all);
    }
  }
}

/**
 * @param {any} group
 * @param {number} place
 * @param {{orders: number, units: number, gross: number, net: number, squares: number}} sums
 */
function addOrdersTo(group, place, sums) {
  group.orders[place] += sums.orders;
  group.units[place] += sums.units;
  group.gross[place] += sums.gross;
  group.net[place] += sums.net;
  group.squares[place] += sums.squares;
}

/**
 * Adds the lines of baskets to the values of a dimension, and a basket's orders once to each value that it has lines of.
 * @param {Group} group
 */
function collector(group) {
  const { units: allUnits, gross: allGross, net: allNet, orders: allOrders, squares } = group;
  const ofBasket = new Float64Array(allNet.length);
  // The values of the basket that is being added, each once, and for each value the last basket that had it.
  const touched = new Int32Array(allNet.length);
  const lastBasket = new Int32Array(allNet.length);
  let count = 0;
  let basket = 1;
  return {
    /** @type {(code: number, units: number, gross: number, net: number) => void} */
    add(code, units, gross, net) {
      if (lastBasket[code] !== basket) {
        lastBasket[code] = basket;
        touched[count] = code;
        count += 1;
        ofBasket[code] = 0;
      }
      allUnits[code] += units;
      allGross[code] += gross;
      allNet[code] += net;
      ofBasket[code] += net;
    },
    /** @type {(orders: number) => void} How many orders, all alike, the basket is. */
    endBasket(orders) {
      for (let each = 0; each < count; each += 1) {
        const code = touched[each];
        allOrders[code] += orders;
        squares[code] += (ofBasket[code] * ofBasket[code]) / orders;
      }
      count = 0;
      basket += 1;
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
