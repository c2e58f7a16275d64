// Read the data, draw, and follow the address.

/** @param {string} id */
const textOf = (id) => document.getElementById(id)?.textContent ?? '';

/** The parts that only rows need come after this script, so that the figures need not wait for them. */
const loaded = new Promise((resolve) => { addEventListener('DOMContentLoaded', resolve); });

/**
 * What the page does not have, in a sentence or two; nothing if it has every session and order.
 * @param {any} header
 */
function grainText(header) {
  if (!header.addedUp) return '';
  const products = header.productsFrom ? ` ${productsText(header)}` : '';
  return `With ${whole.format(header.sessions)} sessions and ${whole.format(header.lines)} order lines, this page holds sums: of the sessions of a day with the same source, device and country, and of orders that are alike. Every figure is exact. The rows behind it are these sums; single sessions are listed for the last ${header.openCartDays} days, single orders are not.${products}`;
}

async function start() {
  const header = JSON.parse(textOf('header'));
  const rows = header.quarantined === 1 ? '1 row' : `${whole.format(header.quarantined)} rows`;
  if (!header.days) {
    replace('status', 'There is no data yet.');
    replace('message', 'There are no sessions and no orders yet: the cockpit fills with the first build that has some.');
    /** @type {HTMLElement} */ (document.getElementById('message')).hidden = false;
    return;
  }
  const missing = header.missing ? ` There are no ${header.missing} in the data: figures that need them are empty.` : '';
  const sessions = header.excluded === 1 ? '1 session' : `${whole.format(header.excluded)} sessions`;
  const excluded = header.excluded ? ` ${sessions} of bots or of the shop itself are left out.` : '';
  replace('status', `Data to ${dayText(header.last)}, ${header.note ? 'published without all of its tests' : 'every test passed'}; ${header.quarantined ? rows : 'no rows'} in quarantine.${excluded}${missing}`);
  replace('time-zone', header.timeZone);
  useCurrency(header.currency);
  replace('grain', grainText(header));
  /** @type {HTMLElement} */ (document.getElementById('grain')).hidden = !header.addedUp;
  /** @type {Record<string, Promise<any>>} */
  const read = {};
  const part = (/** @type {string} */ name) => (read[name] ??= loaded.then(() => (name === 'sessions' ? readColumns : readIds)(textOf(`${name}-data`), header.layouts[name])));
  const page = new Page(await readData(header, textOf('figures-data')), part);
  for (const id of ['view', 'controls']) /** @type {HTMLElement} */ (document.getElementById(id)).hidden = false;
  page.fit();
  page.draw();
  performance.mark('figures');
  addEventListener('popstate', () => page.follow());
  // The address belongs to the view, so a link within the page must not change it.
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    event.preventDefault();
    document.getElementById('headline')?.focus();
  });
  addEventListener('resize', () => page.fit());
  // For tests, and for the curious.
  Object.assign(globalThis, { cockpit: { page, remembered, addUp, decompose, revenueEffects, news, chance, csv, toAddress, fromAddress, comparedWith, rowsOf } });
}

start().catch((error) => {
  replace('message', 'The figures could not be read. This page needs a browser of 2023 or later.');
  /** @type {HTMLElement} */ (document.getElementById('message')).hidden = false;
  throw error;
});
