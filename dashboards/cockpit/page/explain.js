// Why revenue moved, and what of it is more than chance.

/** @typedef {{visits: number, orders: number, net: number}} Part What a segment has: visits may be sessions or units. */

/**
 * The logarithmic mean of two amounts.
 * @param {number} a
 * @param {number} b
 */
function logMean(a, b) {
  if (a <= 0 || b <= 0) return 0;
  return Math.abs(a - b) < 1e-9 * a ? a : (a - b) / Math.log(a / b);
}

/**
 * Split the change of revenue into what each factor did. The effects add up to the change exactly.
 *
 * Revenue is a product in each part, of factors that the caller names, such as sessions x orders per session x average
 * order. The method is the additive logarithmic mean Divisia index, LMDI-I: a factor's effect is the logarithmic mean of
 * both revenues times the logarithm of the factor's ratio, summed over the parts. Where a factor is 0 in one of the
 * periods, it takes the whole change of its part, the limit of the formula.
 *
 * B. W. Ang, "The LMDI approach to decomposition analysis: a practical guide", Energy Policy 33 (2005) 867-871,
 * doi:10.1016/j.enpol.2003.10.010; zeros: B. W. Ang and N. Liu, Energy Policy 35 (2007) 238-246,
 * doi:10.1016/j.enpol.2005.11.001.
 * @param {number[][]} before Factors of each part.
 * @param {number[][]} now
 * @returns {number[]} The effect of each factor, in the unit of the product.
 */
function decompose(before, now) {
  const effects = new Array(before[0]?.length ?? 0).fill(0);
  before.forEach((old, part) => {
    const recent = now[part];
    const product = (/** @type {number[]} */ factors) => factors.reduce((total, factor) => total * factor, 1);
    const [was, is] = [product(old), product(recent)];
    if (was === is) return;
    const zero = old.findIndex((factor, each) => factor === 0 || recent[each] === 0);
    if (zero >= 0) effects[zero] += is - was;
    else {
      const weight = logMean(is, was);
      old.forEach((factor, each) => { effects[each] += weight * Math.log(recent[each] / factor); });
    }
  });
  return effects;
}

/**
 * The factors of revenue in two periods, as a whole or split by a dimension, and what each did, in cents. Rounded to
 * whole cents, they still add up: the greatest takes the remainder.
 * @param {Sums} before
 * @param {Sums} now
 * @param {string} split A dimension, or `total`.
 * @param {Filters} filters Those that the sums were made with: a dimension's figures are not under its own.
 * @returns {{name: string, effect: number}[]}
 */
function revenueEffects(before, now, split, filters) {
  const units = split === 'category' || split === 'product';
  const names = units ? ['Units', 'Mix', 'Revenue per unit'] : ['Sessions', 'Mix', 'Orders per session', 'Revenue per order'];
  if (split === 'total') names.splice(1, 1);
  const factors = (/** @type {Sums} */ sums) => {
    /** @type {Part[]} */
    let parts = [{ visits: sums.sessions, orders: sums.orders, net: sums.net }];
    if (split !== 'total') {
      const group = sums.by[split];
      const chosen = filters[split];
      parts = Array.from(group.net, (net, code) => (chosen.size && !chosen.has(code)
        ? { visits: 0, orders: 0, net: 0 }
        : { visits: (units ? group.units : group.sessions)[code], orders: group.orders[code], net }));
    }
    const visits = parts.reduce((total, part) => total + part.visits, 0);
    return parts.map((part) => {
      const own = units
        ? [part.visits ? part.net / part.visits : 0]
        : [part.visits ? part.orders / part.visits : 0, part.orders ? part.net / part.orders : 0];
      return split === 'total' ? [visits, ...own] : [visits, visits ? part.visits / visits : 0, ...own];
    });
  };
  const change = now.net - before.net;
  const effects = decompose(factors(before), factors(now)).map(Math.round);
  const rest = change - effects.reduce((total, effect) => total + effect, 0);
  // Rounding leaves a cent or two. Revenue of segments without a session or unit belongs to no factor.
  const result = names.map((name, each) => ({ name, effect: effects[each] }));
  if (Math.abs(rest) > names.length) result.push({ name: units ? 'Without units' : 'Without sessions', effect: rest });
  else if (rest) result.reduce((most, each) => (Math.abs(each.effect) > Math.abs(most.effect) ? each : most)).effect += rest;
  return result;
}

/**
 * Two-sided probability of a standard normal value at least that far from 0. Error below 1.2e-7 of the value.
 *
 * W. H. Press et al., Numerical Recipes in C, 2nd ed. (1992), section 6.2, erfcc.
 * @param {number} z
 */
function chance(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const terms = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
  return t * Math.exp(-x * x + terms.reduceRight((sum, term) => sum * t + term, 0));
}

/**
 * What stands out after the number of looks is accounted for: of what is returned, 5 % on average is due to chance.
 *
 * Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57 (1995) 289-300.
 * @template {{z: number}} T
 * @param {T[]} tests
 * @param {number} rate
 * @returns {T[]} The most certain first.
 */
function discoveries(tests, rate = 0.05) {
  const sorted = [...tests].sort((a, b) => Math.abs(b.z) - Math.abs(a.z));
  let kept = 0;
  sorted.forEach((test, place) => { if (chance(test.z) <= (rate * (place + 1)) / sorted.length) kept = place + 1; });
  return sorted.slice(0, kept);
}

/** Orders of both periods together from which a segment or product is judged: below, a normal distribution is no fit. */
const ENOUGH_ORDERS = 30;

/**
 * @typedef {object} News A segment or product whose figure moved otherwise than the whole.
 * @property {string} kind `revenue` or `conversion`.
 * @property {string} dimension
 * @property {number} code
 * @property {number} now In cents, or per cent.
 * @property {number} expected The figure if it had moved as the whole did.
 * @property {number} z Distance in standard deviations.
 */

/**
 * Segments and products whose revenue or conversion moved otherwise than that of the whole, by more than chance.
 *
 * Revenue is the sum of a random number of random orders (a compound Poisson process), whose variance is estimated by
 * the sum of the squared orders. A segment is expected to keep its share of revenue; the variance of the difference
 * counts the segment's orders and all others, of both periods.
 * @param {Sums} before
 * @param {Sums} now
 * @returns {News[]}
 */
function news(before, now) {
  /** @type {News[]} */
  const tests = [];
  if (!before.net || !now.net) return [];
  for (const dimension of DIMENSIONS.filter((name) => before.by[name] && now.by[name])) {
    const [old, recent] = [before.by[dimension], now.by[dimension]];
    const sum = (/** @type {Float64Array} */ values) => values.reduce((total, value) => total + value, 0);
    const [oldNet, recentNet] = [sum(old.net), sum(recent.net)];
    const [oldSquares, recentSquares] = [sum(old.squares), sum(recent.squares)];
    for (let code = 0; code < old.net.length; code += 1) {
      if (old.orders[code] + recent.orders[code] >= ENOUGH_ORDERS && oldNet && recentNet) {
        const share = old.net[code] / oldNet;
        const expected = share * recentNet;
        const spread = (/** @type {number} */ own, /** @type {number} */ all) => (1 - share) ** 2 * own + share ** 2 * (all - own);
        const variance = spread(recent.squares[code], recentSquares) + (recentNet / oldNet) ** 2 * spread(old.squares[code], oldSquares);
        if (variance > 0) {
          const z = (recent.net[code] - expected) / Math.sqrt(variance);
          tests.push({ kind: 'revenue', dimension, code, now: recent.net[code], expected, z });
        }
      }
      const [n0, n1] = [old.sessions[code], recent.sessions[code]];
      if (VISIT_DIMENSIONS.includes(dimension) && old.buyers[code] + recent.buyers[code] >= ENOUGH_ORDERS && n0 && n1) {
        const pooled = (old.buyers[code] + recent.buyers[code]) / (n0 + n1);
        const variance = pooled * (1 - pooled) * (1 / n0 + 1 / n1);
        const [rate0, rate1] = [old.buyers[code] / n0, recent.buyers[code] / n1];
        if (variance > 0) tests.push({ kind: 'conversion', dimension, code, now: 100 * rate1, expected: 100 * rate0, z: (rate1 - rate0) / Math.sqrt(variance) });
      }
    }
  }
  return discoveries(tests);
}

/**
 * Whether a change of revenue is within what chance explains: less than 1.96 standard deviations, so that one in twenty
 * periods in which nothing changed is taken for a change.
 * @param {Sums} before
 * @param {Sums} now
 */
function maybeChance(before, now) {
  return Math.abs(now.net - before.net) < 1.96 * Math.sqrt(now.squares + before.squares);
}
