"""A shop in which one person has left a mark in every field of every entity, and in everything that is made of them."""

import base64
import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq
from dbt.cli.main import dbtRunnerResult
from deliveries import GOOD
from shop import Files, Shop

# Every text of customer 17 has it, and nothing else has.
MARK = "zq17"
_CUSTOMER = "customer_id,name,email,country,age,signup_date,marketing_opt_in,Nickname\n"
_EVENT = (
    "event_id,session_id,timestamp,event_type,product_id,qty,cart_size,payment,discount_pct,amount_usd,user_agent,ip,"
    "visitor_id,user_id,page_url,referrer,search_term,search_results\n"
)
_VISIT = "session_id,customer_id,start_time,device,source,country,visitor_id,consent\n"
_ORDER = "order_id,customer_id,order_time,payment_method,discount_pct,subtotal_usd,total_usd,country,device,source,discount_code\n"
_REFUND = "refund_id,order_id,refund_time,product_id,quantity,amount,reason\n"

# The others, of whom nothing may change: customer 1 as well as 2, who share a country and a device with the person.
OTHERS: Files = GOOD | {
    "customers/two.csv": ["2,Bob,bob@example.com,DE,41,2024-02-10,False"],
    "sessions/two.csv": ["101,2,2025-02-01T09:00:00,mobile,organic,US", "117,1,2025-02-03T09:00:00,mobile,organic,US"],
    "events/two.csv": ["2,101,2025-02-01T09:01:00,page_view,10,17,,,,", "17,117,2025-02-03T09:01:00,page_view,10,,,,,"],
    # what the person searches for, in a name and in a row that goes to the quarantine
    "products/two.csv": ["11,Books,Great Novel Deluxe,20.00,12.00,8.00", "12,Books,Great Novel Box,a lot,12.00,8.00"],
    "orders/two.csv": ["17,2,2025-02-02T10:06:00,card,0,17.00,17.00,US,mobile,organic"],
    "order_items/two.csv": ["17,10,17.00,1,17.00"],
    # a browser that the person uses, too
    "events/shared.csv": f"{_EVENT}5,101,2025-02-01T09:03:00,page_view,10,,,,,,Firefox,10.0.0.1,shared-browser,2,/a,,,\n",
    "experiment_variants/two.csv": (
        "experiment,visitor_id,variant,assigned_at\nCheckout,shared-browser,control,2025-01-31T12:00:00\n"
    ),
    "events/broken-two.csv": ["3,101,no time,page_view,10,,,,,", "4,101,2025-02-01T09:01:00,page_view"],
}

PERSON: list[Files] = [
    {
        "customers/a.csv": f"{_CUSTOMER}17,{MARK} Name,{MARK}@example.com,{MARK}c,83,2019-07-07,True,{MARK} nick\n",
        "sessions/a.csv": [f"{MARK}-s1,17.0,2025-01-31T12:00:00,{MARK}dev,{MARK}src,{MARK}c"],
        "events/a.csv": (
            f"{_EVENT}{MARK}-e1,{MARK}-s1,2025-01-31T12:01:00,page_view,10,,,{MARK}pay,,,{MARK} browser,{MARK}.1,"
            f"{MARK}.cookie,17,/{MARK}/a,/{MARK}/b,,\n"
            f"{MARK}-e2,{MARK}-s1,2025-01-31T12:02:00,purchase,,,,{MARK}pay,0,20.00,{MARK} browser,{MARK}.1,,,,,,\n"
            # a session that only its events know
            f"{MARK}-e7,{MARK}-s7,2025-01-31T13:00:00,page_view,10,,,,,,Firefox,,shared-browser,017,/a,,,\n"
            # What one visitor types is not in gold, however often; and a word of others stays theirs.
            f"{MARK}-e4,{MARK}-s1,2025-01-31T12:03:00,search,,,,,,,,,,17,,,{MARK} Term,0\n"
            f"{MARK}-e5,{MARK}-s7,2025-01-31T13:01:00,search,,,,,,,,,,17,,,{MARK}  term of {MARK}@example.com,0\n"
            f"{MARK}-e6,{MARK}-s8,2025-01-31T14:00:00,search,,,,,,,,,,17,,,Great Novel,0\n"
        ),
        "orders/a.csv": (
            f"{_ORDER}{MARK}-o1, 17,2025-01-31T12:02:00,{MARK}pay,0,40.00,40.00,{MARK}c,{MARK}dev,{MARK}src,{MARK}code\n"
        ),
        "order_items/a.csv": [f"{MARK}-o1,10,20.00,1,20.00", f"{MARK}-o1,10,20.00,1,20.00"],
        "reviews/a.csv": [f"{MARK}-r1,{MARK}-o1,10,4,{MARK} wrote this,2025-02-02T00:00:00"],
        "experiment_variants/a.csv": (
            f"experiment,visitor_id,variant,assigned_at\nCheckout,{MARK}.cookie,short,2025-01-31T12:00:00\n"
        ),
        "refunds/a.csv": f"{_REFUND}{MARK}-f1,{MARK}-o1,2025-02-03T00:00:00,10,1,20.00,{MARK} reason\n",
    },
    {
        # delivered again, moved, corrected, and broken in every way
        "orders/again.csv": (
            f"{_ORDER}{MARK}-o1,017,2025-01-31T12:02:00,{MARK}pay,0,40.00,38.00,{MARK}c,{MARK}dev,{MARK}src,{MARK}code\n"
            f"{MARK}-o2,+17,2024-12-24T12:00:00,card,0,5.00,5.00,US,mobile,organic,\n"
        ),
        "sessions/b.csv": [f"{MARK}-s2,17,2024-12-24T12:00:00,mobile,organic,US"],
        "events/b.csv": [f"{MARK}-e3,{MARK}-s2,2024-12-24T12:00:00,page_view,10,,,,,"],
        # without consent: silver does not keep whose they are
        "sessions/refused.csv": f"{_VISIT}{MARK}-s3,17,2025-01-31T15:00:00,{MARK}dev,{MARK}src,{MARK}c,{MARK}.cookie,no\n",
        "events/refused.csv": (
            f"{_EVENT[:-1]},consent\n"
            f"{MARK}-e10,{MARK}-s3,2025-01-31T15:01:00,page_view,10,,,,,,{MARK} browser,{MARK}.2,,,/{MARK}/a,,,,\n"
            f"{MARK}-e11,{MARK}-s4,2025-01-31T16:01:00,page_view,10,,,,,,{MARK} browser,{MARK}.2,,017,,,,,no\n"
            f"{MARK}-e12,{MARK}-s4,2025-01-31T16:00:00,page_view,10,,,,,,{MARK} browser,{MARK}.2,,,/{MARK}/c,,,,\n"
            # of whom nothing but the browser is known
            f"{MARK}-e13,{MARK}-s5,2025-01-31T17:00:00,page_view,10,,,,,,Firefox,{MARK}.3,{MARK}.cookie,,/a,,,,no\n"
        ),
        "customers/b.csv": ["17,Zq17 Other,zq17@example.com,,84,2019-07-07,", "17,,,,zq17 age,2019-07-07,"],
        "events/broken.csv": [f"{MARK}-e9,{MARK}-s1,{MARK} time,page_view,10,,,,,", f"{MARK}-e8,{MARK}-s1,{MARK}"],
        "refunds/b.csv": f"{_REFUND}{MARK}-f2,{MARK}-o1,2025-02-04T00:00:00,10,1,2000.00,{MARK} more\n",
        "customers/lines.csv": [f"17,{MARK} without,its fields"],
    },
]


def deliver_person(shop: Shop) -> None:
    for files in PERSON:
        shop.deliver(files)
        shop.build()


def places(*folders: Path, mark: str = MARK) -> list[str]:
    """The files below folders that have the mark, decoded without the project's own reader."""
    found = []
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and mark in _text(file).lower():
                found.append(str(file.relative_to(folder)))
    return found


def _text(file: Path) -> str:
    if file.suffix == ".parquet":
        metadata = pq.read_metadata(file).to_dict()
        return json.dumps([pq.ParquetFile(file).read().to_pylist(), metadata], default=str)
    content = file.read_bytes()
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    return content.decode("utf-8", errors="replace")


def make_files(folder: Path) -> None:
    """Files as boards, compiled queries and logs are: as text, in HTML, packed, and beside other lines."""
    folder.mkdir()
    packed = base64.b64encode(gzip.compress(f"{MARK} Name, ".encode() * 9)).decode()
    (folder / "board.html").write_text(f"<p>{MARK[0]}&#113;17 Name</p>")
    (folder / "packed.html").write_text(f"<script>{packed}</script>")
    (folder / "other.html").write_text("<p>Bob</p>")
    (folder / "results.json").write_text(json.dumps({"args": "{customer_id: '17'}"}))
    (folder / "dbt.log").write_text(
        f'a line\nfailed on {MARK}@example.com\nwith --args {{customer_id: "17"}}\nthe end\n'
    )


def forget(shop: Shop, request: str, *, made: Path | None = None, policy: str = "anonymise") -> tuple[bool, str]:
    folders = json.dumps([str(made)] if made else [])
    variables = f'{{"made_folders": {folders}, "forget_orders": "{policy}"}}'
    result = shop.dbt("run-operation", "forget", "--args", request, "--vars", variables)
    return result.success, said(result)


def said(result: dbtRunnerResult) -> str:
    """What a run-operation has said of an error."""
    return str(result.exception) + "".join(str(r.message) for r in getattr(result.result, "results", []))
