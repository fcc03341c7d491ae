"""``lookalike import``."""

from __future__ import annotations

from lookalike.cli.feed_options import (
    DEFAULT_REFRESH_AFTER,
    CatalogueArgument,
    Check,
    Encoding,
    Failures,
    ImagesRoot,
    OnDuplicateOption,
    ReadPictures,
    Refresh,
    RefreshAfter,
    WantedColumns,
)
from lookalike.cli.options import (
    DEFAULT_DATA,
    AllowPrivateHosts,
    ApiKey,
    AsJson,
    Data,
    ObeyRobotsTxt,
    Url,
)


def import_catalogue(
    catalogue: CatalogueArgument,
    data: Data = DEFAULT_DATA,
    images_root: ImagesRoot = None,
    columns: WantedColumns = None,
    encoding: Encoding = None,
    read_pictures: ReadPictures = False,
    refresh: Refresh = False,
    refresh_after: RefreshAfter = DEFAULT_REFRESH_AFTER,
    failures: Failures = None,
    check: Check = False,
    on_duplicate: OnDuplicateOption = None,
    url: Url = None,
    api_key: ApiKey = None,
    allow_private_hosts: AllowPrivateHosts = False,
    obey_robots_txt: ObeyRobotsTxt = False,
    as_json: AsJson = False,
) -> None:
    """Load a catalogue. Run it again to go on where it was stopped, or to load what has changed.

    Columns are known by their usual names, such as id, image_link, Image Src or Variant SKU; what
    was recognised is shown. Further columns become attributes. A file that cannot be read to its
    end is refused before anything is loaded. Nothing is deleted: see lookalike sync.

    What lookalike export --fingerprints has written is loaded without reading any picture.

    Rows whose products are stored already, exactly as they are, are skipped without reading their
    pictures. With --url, pictures that are files are sent each time.

    With --check, new products and pictures are looked for in the catalogue before they are stored,
    one after the other, which takes two to three times as long.

    Exit code 0: every row is loaded. 3: the end was reached, but some rows or pictures were refused
    (their reasons are shown, and --failures names every one). 1: the import could not go on. 2:
    wrong usage. 130: Ctrl-C. 143: SIGTERM.
    """
    from dataclasses import asdict

    from lookalike.cli.catalogue_loading import Loading, counting
    from lookalike.cli.import_report import Totals, recognised

    loading = Loading(
        catalogue, data, images_root, columns or (), encoding, read_pictures,
        0 if refresh else refresh_after, failures, url, api_key, allow_private_hosts, as_json,
        check, on_duplicate, obey_robots_txt,
    )  # fmt: skip
    with loading.opened() as read:
        reader = read()
        totals = Totals(sum(1 for _ in reader), **recognised(reader))
        with (
            loading.place() as place,
            loading.report() as report,
            counting(totals, report, "Importing") as (on_batch, request),
        ):
            loading.tell_columns(rows := read())
            if place.run(rows, on_batch, request.is_received):
                place.sweep()
    loading.conclude(asdict(totals), totals.in_words(), report)
