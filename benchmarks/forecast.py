"""`python -m benchmarks.forecast NAME=WAREHOUSE ...`: compares forecasts with actual orders in docs/forecast.md.

The last 365 days of each warehouse are held out: the forecast is made from the orders before them.
"""

import argparse
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pandas as pd
from deltalake import DeltaTable

from benchmarks.python_models import python_model

PROJECT = Path(__file__).parents[1]
REPORT = PROJECT / "docs" / "forecast.md"
GROUPS = 10


def order_days(orders: pd.DataFrame, last_day: str | pd.Timestamp) -> pd.DataFrame:
    """What `int_customer_order_days` has of an earlier day, from orders with the columns customer_id, day and usd."""
    until = pd.Timestamp(last_day)
    days = orders[orders.day <= until].groupby(["customer_id", "day"], as_index=False).usd.sum()
    rows = days.groupby("customer_id").agg(
        frequency=("day", "size"), first=("day", "min"), last=("day", "max"), net_revenue=("usd", "sum")
    )
    rows["frequency"] -= 1
    repeat_revenue = rows.net_revenue - days.groupby("customer_id").usd.first()
    rows["active_days"] = (rows["last"] - rows["first"]).dt.days
    rows["tenure_days"] = (until - rows["first"]).dt.days
    rows["monetary_value"] = (repeat_revenue / rows.frequency.where(rows.frequency > 0)).fillna(0).round(2)
    recent = orders[(orders.day <= until) & (orders.day > until - timedelta(days=365))]
    rows["net_revenue_last_12m"] = recent.groupby("customer_id").usd.sum().reindex(rows.index, fill_value=0)
    return rows.drop(columns=["first", "last"]).reset_index()


def compared(orders: pd.DataFrame, model: ModuleType) -> pd.DataFrame:
    """A row for each buyer from before the last `HORIZON_DAYS` days of orders: the forecast and the actual orders.

    orders: columns customer_id, day and usd. Beyond the model's columns: `came_orders` (days with orders), `came_usd`.
    """
    until = orders.day.max() - timedelta(days=model.HORIZON_DAYS)
    rows = order_days(orders, until)
    later = orders[orders.day > until].groupby("customer_id")
    came = later.agg(came_orders=("day", "nunique"), came_usd=("usd", "sum"))
    rows = rows.merge(model.forecast(rows), on="customer_id").merge(came, on="customer_id", how="left")
    return rows.fillna({"came_orders": 0, "came_usd": 0})


def by_decile(rows: pd.DataFrame) -> pd.DataFrame:
    """Ten groups of buyers by their probability of an order: their number, the mean, and the share that had one."""
    deciles = pd.qcut(rows.probability_order_12m.rank(method="first"), GROUPS, labels=range(1, GROUPS + 1))
    groups = rows.assign(came=rows.came_orders > 0).groupby(deciles, observed=True)
    return groups.agg(buyers=("customer_id", "size"), forecast=("probability_order_12m", "mean"), came=("came", "mean"))


def by_segment(customers: pd.DataFrame) -> pd.DataFrame:
    """Mean probability of an order of the rows of `customer_360`, by segment, highest first."""
    groups = customers.dropna(subset=["rfm_segment", "probability_order_12m"]).groupby("rfm_segment")
    means = groups.agg(buyers=("customer_id", "size"), forecast=("probability_order_12m", "mean"))
    return means.sort_values("forecast", ascending=False)


def section(name: str, warehouse: Path) -> str:
    """The tables of a warehouse, as Markdown."""
    orders = DeltaTable(str(warehouse / "silver" / "int_orders")).to_pandas(
        columns=["customer_id", "order_date", "total_usd"]
    )
    orders = orders.dropna(subset=["customer_id"]).rename(columns={"order_date": "day", "total_usd": "usd"})
    orders = orders.assign(day=pd.to_datetime(orders.day), usd=orders.usd.astype(float))
    rows = compared(orders, python_model("int_customer_forecasts"))
    customers = DeltaTable(str(warehouse / "gold" / "customer_360")).to_pandas()
    customers = customers.assign(probability_order_12m=customers.probability_order_12m.astype(float))
    deciles = [
        f"| {decile} | {group.buyers:,.0f} | {group.forecast:.1%} | {group.came:.1%} |"
        for decile, group in by_decile(rows).iterrows()
    ]
    segments = [
        f"| {each} | {group.buyers:,.0f} | {group.forecast:.1%} |" for each, group in by_segment(customers).iterrows()
    ]
    first = orders.day.max() - timedelta(days=364)
    return "\n".join(
        [
            f"## {name}",
            "",
            f"{len(rows):,} buyers from before {first:%-d %B %Y}, over the following 365 days:",
            "",
            "| | forecast | actual |",
            "|---|--:|--:|",
            f"| buyers with an order | {rows.probability_order_12m.mean():.1%} | {(rows.came_orders > 0).mean():.1%} |",
            f"| days with orders | {rows.expected_orders_12m.sum():,.0f} | {rows.came_orders.sum():,.0f} |",
            f"| net revenue (USD) | {rows.predicted_ltv_12m.sum():,.0f} | {rows.came_usd.sum():,.0f} |",
            "",
            f"The same buyers spent {rows.net_revenue_last_12m.sum():,.0f} USD in the 365 days before.",
            "",
            "Ten groups of equal size, by `probability_order_12m`:",
            "",
            "| group | buyers | mean forecast | had an order |",
            "|--:|--:|--:|--:|",
            *deciles,
            "",
            "All current buyers, by segment:",
            "",
            "| segment | buyers | mean `probability_order_12m` |",
            "|---|--:|--:|",
            *segments,
            "",
        ]
    )


INTRODUCTION = """# How good the forecast is

`customer_ltv_forecast` gives, for each buyer, the probability of an order in the next 365 days, and the expected number
of orders and net revenue. Here the last 365 days are held out: the forecast is made from the orders before them and
compared with what actually happened. It covers existing buyers only, not new ones.

`python -m benchmarks.forecast NAME=WAREHOUSE ...` writes this page.

"""


def main() -> None:
    """Write the report for the warehouses named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    parser.add_argument("shops", nargs="+", metavar="NAME=WAREHOUSE", help="a title, and the folder of built tables")
    shops = [shop.split("=", 1) for shop in parser.parse_args().shops]
    REPORT.write_text(INTRODUCTION + "\n".join(section(name, Path(folder)) for name, folder in shops))
    print(f"Wrote {REPORT}")


if __name__ == "__main__":
    main()
