"""The ``generate`` command."""

from dataclasses import dataclass

from data_generator.books import make_books
from data_generator.books_files import truth_of, write_books
from data_generator.browsers import make_browsers
from data_generator.campaigns import make_campaigns, truth_of_campaigns, write_costs
from data_generator.columns import Writer
from data_generator.dataset import make_dataset
from data_generator.delivery import deliver
from data_generator.dirt import Dirt
from data_generator.entity_files import EntityReport, write_entity
from data_generator.exports import EXPORTS
from data_generator.exports.files import write_export
from data_generator.exports.texts import Texts
from data_generator.landing import MANIFEST, LandingFolder
from data_generator.manifest import write_manifest
from data_generator.options import GenerateOptions
from data_generator.other_traffic import make_other_traffic, truth_of_traffic, write_other_traffic
from data_generator.searches import write_searches
from data_generator.streams import Streams
from data_generator.truth import truth
from data_generator.visits import write_visits


@dataclass(frozen=True)
class Result:
    """What was generated: numbers of files, of lines below the headers and of bytes."""

    files: int
    rows: int
    bytes: int


def generate(options: GenerateOptions) -> Result:
    """Fills the landing folder ``options.output`` with the exports of the sources and a manifest."""
    streams = Streams(options.seed)
    with LandingFolder(options.output, force=options.force) as landing:
        data = make_dataset(options, streams)
        writer = Writer(data, options)
        reports: list[EntityReport] = []
        figures = truth(data)
        books = make_books(data, options, streams) if options.books else None
        if books:
            figures["books"] = truth_of(books)
            if "native" in options.source:
                reports += write_books(books, data, writer, options, landing.partial)
        campaigns = make_campaigns(data, options, streams) if options.campaigns else None
        if campaigns:
            figures["campaigns"] = truth_of_campaigns(campaigns)
            reports.append(write_costs(campaigns, options, landing.partial))
        browsers = make_browsers(data, streams) if options.browsers else None
        if campaigns or browsers:
            reports.append(write_visits(campaigns, browsers, data, writer, options, landing.partial))
        written = [report.entity for report in reports]
        for entity in (entity for entity in options.native_entities() if entity not in written):
            delivery = deliver(entity, data, options, streams)
            dirt = Dirt(entity, data.rows(entity), options.dirty_rate, streams)
            reports.append(write_entity(entity, writer, delivery, dirt, landing.partial))
        if options.other_traffic:
            visits = make_other_traffic(data, options, streams)
            figures["traffic"] = truth_of_traffic(visits, data)
            reports += write_other_traffic(visits, data, options, landing.partial)
        if options.searches:
            reports += write_searches(data, options, streams, landing.partial)
        texts = Texts(data, books, is_daily=options.layout == "daily")
        for source in options.source:
            if source != "native":
                ending = options.ending(source)
                reports += [
                    write_export(export, ending, options, streams, landing.partial)
                    for export in EXPORTS[source](texts, ending)
                ]
        write_manifest(landing.partial / MANIFEST, options, reports, figures)
        landing.publish()
    files = [file for report in reports for file in report.files]
    return Result(len(files), sum(file.rows for file in files), sum(file.bytes for file in files))
