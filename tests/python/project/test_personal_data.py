"""Every column that holds personal data says so, and gold has none that says who somebody is."""

from shop import manifest

# Names that lead to a person wherever they stand.
IDS = {"customer_id", "session_id", "order_id", "event_id", "review_id", "refund_id", "user_id", "visitor_id"}
DIRECT = {"email", "email_sha256", "customer_name", "review_text", "first_name", "last_name", "user_ipaddress"}
# Customer 360 shows names, and Databricks masks them.
SHOWN = {("customer_360", "name"), ("customer_360", "email_sha256")}


def declared() -> dict[tuple[str, str, str], str | None]:
    """What each column of the sources, silver, gold and reporting declares, by layer, table and column."""
    nodes = [*manifest().sources.values(), *manifest().nodes.values()]  # type: ignore[attr-defined]
    found = {}
    for node in nodes:
        layer = node.resource_type if node.resource_type == "source" else node.fqn[1]
        if layer in ("source", "intermediate", "marts", "reporting") and node.resource_type in ("source", "model"):
            for column in node.columns.values():
                found[str(layer), node.name, column.name] = column.config.meta.get("personal")
    return found


def test_what_leads_to_a_person_is_declared() -> None:
    columns = declared()
    assert {kind for kind in columns.values()} == {None, "direct", "indirect", "id"}
    forgotten = {place for place, kind in columns.items() if place[2] in IDS | DIRECT and kind is None}
    assert forgotten == set()
    as_an_id = {place for place, kind in columns.items() if place[2] in IDS - {"user_id"} and kind != "id"}
    assert as_an_id == set()


def test_gold_has_nothing_that_says_who_somebody_is() -> None:
    direct = {
        (table, column) for (layer, table, column), kind in declared().items() if layer == "marts" and kind == "direct"
    }
    assert direct == SHOWN
    reporting = {
        (table.removeprefix("rpt_"), column)
        for (layer, table, column), kind in declared().items()
        if layer == "reporting" and kind == "direct"
    }
    assert reporting <= SHOWN
