"""Pictures that no product shows any more do not stay for ever."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_picture
from tests.integration.processes import lookalike


def test_the_import_command_should_sweep_at_its_end(tmp_path: Path) -> None:
    """What was seen within a day stays; another process that has the folder open sees it, too."""
    data, catalogue = tmp_path / "data", tmp_path / "catalogue.csv"
    catalogue.write_text("entity_id,sku,image_url\n", encoding="utf-8")
    with closing(EmbeddedStorage(data, VERSION)) as storage:
        storage.pictures.put_many([a_picture(1), a_picture(2, last_seen=int(time.time()))])
        assert lookalike("import", catalogue, "--data", data).code == 0
        assert storage.pictures.count() == storage.vectors.count() == 1
