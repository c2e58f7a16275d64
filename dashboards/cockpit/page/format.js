// Numbers, days and rows as text.

const DAY = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const NONE = '–';

/** @type {Record<string, {name: string, short: string, money?: boolean, rate?: boolean, cents?: boolean, visits?: boolean}>} */
const METRICS = {
  revenue: { name: 'Net revenue', short: 'net revenue', money: true },
  gross: { name: 'Gross revenue', short: 'gross revenue', money: true },
  orders: { name: 'Orders', short: 'orders' },
  order_value: { name: 'Revenue per order', short: 'revenue per order', money: true, cents: true },
  units: { name: 'Units', short: 'units' },
  sessions: { name: 'Sessions', short: 'sessions', visits: true },
  conversion: { name: 'Conversion', short: 'conversion', rate: true, visits: true },
};

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const amount = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** @type {Intl.NumberFormat} */
let wholeMoney;
/** @type {Intl.NumberFormat} */
let moneyAndCents;
/** @type {Intl.NumberFormat} */
let compactMoney;

/**
 * Write amounts in a currency from now on.
 * @param {string} currency ISO 4217 code.
 */
function useCurrency(currency) {
  const money = (/** @type {Intl.NumberFormatOptions} */ options) => new Intl.NumberFormat('en-US', { style: 'currency', currency, ...options });
  wholeMoney = money({ maximumFractionDigits: 0 });
  moneyAndCents = money({});
  compactMoney = money({ notation: 'compact', maximumSignificantDigits: 3 });
}

/**
 * A figure in full, or short where there is little room.
 * @param {string} metric
 * @param {number} value In the shop's currency, per cent or as a count.
 */
function figure(metric, value, short = false) {
  const { money, rate, cents } = METRICS[metric];
  if (rate) return `${value.toFixed(short ? 1 : 2)}%`;
  if (cents) return moneyAndCents.format(value);
  if (short && Math.abs(value) >= 10_000) return (money ? compactMoney : compact).format(value);
  return (money ? wholeMoney : whole).format(value);
}

/**
 * The change of a figure: in per cent, for a rate in points. A dash where there is nothing to compare with.
 * @param {string} metric
 * @param {number} now
 * @param {number | null} before
 */
function changeText(metric, now, before) {
  if (before === null || (!METRICS[metric].rate && before === 0)) return NONE;
  const difference = METRICS[metric].rate ? now - before : 100 * (now / before - 1);
  const digits = Math.abs(difference) >= 1000 ? whole.format(Math.abs(difference)) : Math.abs(difference).toFixed(1);
  const sign = Number(digits.replace(',', '')) === 0 ? '±' : difference > 0 ? '+' : '−';
  return `${sign}${digits}${METRICS[metric].rate ? ' pt' : '%'}`;
}

/** @param {number} cents */
function signedMoney(cents) {
  return `${cents < 0 ? '−' : '+'}${(Math.abs(cents) >= 1_000_000 ? compactMoney : wholeMoney).format(Math.abs(cents) / 100)}`;
}

/** @param {string} iso */
function time(iso) {
  return Date.parse(`${iso}T00:00:00Z`);
}

/**
 * The day that is `place` days after the first, as YYYY-MM-DD.
 * @param {string} first
 * @param {number} place
 */
function isoDay(first, place) {
  return new Date(time(first) + place * DAY).toISOString().slice(0, 10);
}

/** @param {string} iso */
function dayText(iso) {
  const [year, month, day] = iso.split('-').map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

/** @param {string} iso @param {string} other */
function spanText(iso, other) {
  return iso === other ? dayText(iso) : `${dayText(iso)} to ${dayText(other)}`;
}

/**
 * A field of a CSV file. A text that a spreadsheet would take for a formula gets an apostrophe before it
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 * @param {string | number} value
 */
function csvField(value) {
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * @param {string[]} header
 * @param {Iterable<(string | number)[]>} rows
 * @returns {string} CSV by RFC 4180.
 */
function csv(header, rows) {
  const lines = [header.join(',')];
  for (const row of rows) lines.push(row.map(csvField).join(','));
  return `${lines.join('\r\n')}\r\n`;
}
