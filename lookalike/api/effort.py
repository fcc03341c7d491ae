"""The effort of a check or a comparison, as requests name it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lookalike.matching.effort import Effort

EFFORT_DESCRIPTION = (
    "How much is tried before the answer is that nothing was found: `fast` for bulk, `normal`, or "
    "`thorough`, which also finds turns by any angle, negatives, and small pictures within a "
    "picture."
)
# In strict models, only members of an enumeration are valid, and JSON has none.
RequestedEffort = Annotated[Effort, Field(strict=False, description=EFFORT_DESCRIPTION)]
