"""The pictures of a part as documents of an index that does not serve yet."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.pictures import VectorEntry
from lookalike.spark.output_folder import OutputFolder, part_name
from lookalike.spark.part_import import PartOutcome
from lookalike.spark.tables import pictures_of_part
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.index_load import IndexLoad
from lookalike.storage.opensearch.service import OpenSearchService

INDEXED = "indexed"


@dataclass(frozen=True, slots=True)
class PartIndex:
    """Adds the pictures of parts to an index.

    Attributes:
        output: where the parts are, and a mark for each that is added.
        endpoint: address of OpenSearch.
        service: the service that requests are signed for.
        index: its name.
        role: ARN of a role to assume for it; ``None``: none.
    """

    output: OutputFolder
    endpoint: str
    service: OpenSearchService
    index: str
    role: str | None = None

    def run(self, part: int) -> PartOutcome:
        """Add the pictures of a part; those that the index has stay as they are.

        Raises:
            StorageInvalidError: some are not taken.
        """
        entries = [VectorEntry.of(each) for each in pictures_of_part(self.output, part)]
        client = connect(self.endpoint, self.service, role=self.role)
        try:
            IndexLoad(client, self.index).add(entries)
        finally:
            client.close()
        self.output.put(f"{INDEXED}/{self.index}/{part_name(part)}", b"")
        return PartOutcome(part, len(entries))
