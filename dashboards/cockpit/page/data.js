// The figures as they lie in the page, unpacked into typed arrays. See dashboards/cockpit/columns.py for the other side.

/**
 * @typedef {object} Data What the page holds. Amounts are in cents; all rows are in the order of time.
 *   Visits are the sessions of a day with the same source, device and country, added up. Buys are the orders of such a
 *   day, source, device and country: a number of baskets. A basket is an order, or the sum of several.
 * @property {string} first First day of the data, YYYY-MM-DD.
 * @property {string} last Last day of the data.
 * @property {number} days Number of days from the first to the last.
 * @property {string} currency The shop's currency, as an ISO 4217 code.
 * @property {string} timeZone The time zone whose days all days are.
 * @property {number} quarantined Number of rows in quarantine, which no figure contains.
 * @property {number} excluded Number of sessions of bots and of the shop itself, which no figure contains.
 * @property {string | null} missing Entities without a row, which figures lack.
 * @property {string[]} stages Titles of the stages of the funnel, in order.
 * @property {boolean} addedUp Whether a basket can be several orders, and has no identifier.
 * @property {number} sessionsFrom First day of which the page has single sessions, and all days after it.
 * @property {number} productsFrom First day of which the page has products. Before it, all orders of buys are one basket, with one line.
 * @property {number} openCartDays Days before the end of the period in which carts are left that can still be won back.
 * @property {Record<string, string[]>} dictionaries Values of source, device, country and category, by their codes.
 * @property {{id: string[], name: string[], category: number[]}} products Products by their codes.
 * @property {Record<string, Uint8Array | Uint16Array | Int32Array | Float64Array>} columns
 * @property {string[]} isoDays Each day, YYYY-MM-DD.
 * @property {Int32Array} visitStart First visits of each day, and at the end their number.
 * @property {Int32Array} buyStart First buys of each day, and at the end their number.
 * @property {Int32Array} basketStart First basket of each of them, and at the end the number of baskets.
 * @property {Int32Array} lineStart First line of each basket, and at the end the number of lines.
 */

/** @typedef {[string, string, number][]} Layout Name, array type and length of packed columns. */

/** Columns about the sessions and the orders, not the lines; and those about the lines. */
const VISIT_DIMENSIONS = ['source', 'device', 'country'], PRODUCT_DIMENSIONS = ['category', 'product'];
const DIMENSIONS = [...VISIT_DIMENSIONS, ...PRODUCT_DIMENSIONS];

/** Bits of a session's flags. */
const STAGES = 15, PURCHASED = 16, OUTCOME_SHIFT = 5;
const OUTCOMES = ['', 'purchased', 'abandoned', 'recovered'];
const ABANDONED = 2;

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
function fromBase64(text) {
  // Browsers have it since 2025.
  if ('fromBase64' in Uint8Array) return /** @type {any} */ (Uint8Array).fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < bytes.length; place += 1) bytes[place] = letters.charCodeAt(place);
  return bytes;
}

/**
 * The bytes of a packed text.
 * @param {string} text Base64 of gzip.
 * @returns {Promise<ArrayBuffer>}
 */
async function unpack(text) {
  const bytes = fromBase64(text);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

/**
 * Columns of packed bytes, whose planes are apart.
 * @param {ArrayBuffer} buffer
 * @param {Layout} layout
 * @returns {Record<string, any>}
 */
function toColumns(buffer, layout) {
  const types = { Uint8Array, Uint16Array, Int32Array, Float64Array };
  const all = new Uint8Array(buffer);
  const columns = {};
  let start = 0;
  for (const [name, type, length] of layout) {
    const width = types[type].BYTES_PER_ELEMENT;
    const planes = all.subarray(start, start + length * width);
    start += length * width;
    if (width === 1) {
      columns[name] = planes;
      continue;
    }
    const values = new types[type](length);
    const bytes = new Uint8Array(values.buffer);
    for (let plane = 0; plane < width; plane += 1) {
      const from = plane * length;
      for (let row = 0, to = plane; row < length; row += 1, to += width) bytes[to] = planes[from + row];
    }
    columns[name] = values;
  }
  return columns;
}

/**
 * @param {string} text Packed columns.
 * @param {Layout} layout
 */
async function readColumns(text, layout) {
  return toColumns(await unpack(text), layout);
}

/**
 * Where the rows of each group begin, from how many each has.
 * @param {ArrayLike<number>} counts
 */
function starts(counts) {
  const places = new Int32Array(counts.length + 1);
  for (let each = 0; each < counts.length; each += 1) places[each + 1] = places[each] + counts[each];
  return places;
}

/**
 * The data of the page.
 * @param {any} header What dashboards/cockpit/tables.py has written.
 * @param {string} text The packed figures.
 * @returns {Promise<Data>}
 */
async function readData(header, text) {
  const columns = await readColumns(text, header.layouts.figures);
  return {
    ...header,
    columns,
    isoDays: Array.from({ length: header.days }, (_, place) => isoDay(header.first, place)),
    visitStart: starts(columns.visit_days),
    buyStart: starts(columns.buy_days),
    basketStart: starts(columns.buy_baskets),
    lineStart: starts(columns.basket_lines),
  };
}

/**
 * Identifiers, as texts.
 * @param {string} text
 * @param {Layout} layout
 * @returns {Promise<(row: number) => string>}
 */
async function readIds(text, layout) {
  const buffer = await unpack(text);
  if (layout[0][0] === 'texts') {
    const ids = new TextDecoder().decode(buffer).split('\n');
    return (row) => ids[row];
  }
  const numbers = toColumns(buffer, layout).numbers;
  const ids = new Int32Array(numbers.length);
  for (let row = 0, id = 0; row < ids.length; row += 1) {
    // The sign is in the lowest bit.
    id += numbers[row] % 2 ? -(numbers[row] + 1) / 2 : numbers[row] / 2;
    ids[row] = id;
  }
  return (row) => String(ids[row]);
}
