"""The browsers that the visits of a shop happen in, and which visits say whose they are."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from data_generator.streams import Streams
from data_generator.tables import Dataset, Flags
from data_generator.traffic import SECONDS_PER_DAY

# Who buys is logged in; of the other visits, this share.
LOGGED_IN: Final = 0.2
# Share of visits in browsers that take no cookie.
NO_COOKIE: Final = 0.1
# Share of neighbours in the list of customers who use the same browsers.
HOUSEHOLD: Final = 0.05
# Share of visits at the computers of a library, and how many these are.
PUBLIC: Final = 0.03
PUBLIC_BROWSERS: Final = 5
# A browser loses its cookie in the end.
COOKIE_DAYS: Final = 400


@dataclass(frozen=True)
class Browsers:
    """For each session, the id of its browser, empty without a cookie; and whether it names its customer."""

    ids: list[str]
    is_named: Flags


def make_browsers(data: Dataset, streams: Streams) -> Browsers:
    """A browser for each customer and kind of device; some are shared by two customers, a few by everybody."""
    sessions = data.sessions
    size = len(sessions.start)
    pair = sessions.customer // 2
    is_shared = streams.uniform("browsers.household", data.rows("customers") // 2 + 1) < HOUSEHOLD
    owner = np.where(is_shared[pair], 2 * pair, sessions.customer)
    cookie = sessions.start // (COOKIE_DAYS * SECONDS_PER_DAY)
    ids = ["-".join(map(str, each)) for each in zip(owner, sessions.device, cookie, strict=True)]
    computer = streams.integers("browsers.computer", 1, PUBLIC_BROWSERS, size)
    for session in np.flatnonzero(streams.uniform("browsers.public", size) < PUBLIC):
        ids[session] = f"library-{computer[session]}"
    for session in np.flatnonzero(streams.uniform("browsers.cookie", size) < NO_COOKIE):
        ids[session] = ""
    is_named = streams.uniform("browsers.login", size) < LOGGED_IN
    is_named[data.orders.session] = True
    return Browsers(ids, is_named)
