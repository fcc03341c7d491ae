"""``python -m scripts.supply_chain.sbom FOLDER`` lists the parts of what ships, in CycloneDX.

One list is about the package on one machine, and one about the functions on AWS (of whose libraries
some zips leave out what they do not import). Each names our package, the published weights in it,
the parts of its web page, and every library with its digests, its licence, and who requires it.
https://cyclonedx.org
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from lookalike import __version__
from scripts.supply_chain.licences import Licences, weights
from scripts.supply_chain.locks import FUNCTIONS, RUNNING, Pin, pins
from scripts.supply_chain.page_parts import PagePart, page_parts

PACKAGE = "lookalike"
LISTS = {"": RUNNING, "-aws": FUNCTIONS}
"""Requirements files, by what the name of their list ends in."""


def bill(libraries: Iterable[Pin], licences: Licences) -> Bom:
    """The list of the parts of our package, and of these libraries."""
    listed = [*libraries]
    parts = {pin.name: _component(pin, licences) for pin in listed}
    package = Component(
        name=PACKAGE,
        version=__version__,
        type=ComponentType.APPLICATION,
        licenses=[_licence("MIT AND Apache-2.0")],
    )
    contents = _component(weights(), licences, ComponentType.MACHINE_LEARNING_MODEL)
    page = {part.name: _page_component(part) for part in page_parts()}
    bom = Bom(components=[contents, *page.values(), *parts.values()])
    bom.metadata.component = package
    of_page = _register_page(bom, page)
    wanted = {PACKAGE: package, **parts}
    for name, part in wanted.items():
        required = [parts[pin.name] for pin in listed if name in pin.wanted_by]
        bom.register_dependency(
            part, [contents, *of_page, *required] if name == PACKAGE else required
        )
    return bom


def write(folder: Path) -> list[Path]:
    """Write all lists into a folder, which is created where it is absent; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    licences = Licences.listed()
    paths = []
    for suffix, lock in LISTS.items():
        path = folder / f"{PACKAGE}-{__version__}{suffix}.cdx.json"
        bom = bill(pins(lock), licences)
        outputter = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6)
        outputter.output_to_file(str(path), allow_overwrite=True, indent=2)
        paths.append(path)
    return paths


def _component(
    pin: Pin, licences: Licences, kind: ComponentType = ComponentType.LIBRARY
) -> Component:
    """A library; the digests are those of its files, one of which is installed."""
    return Component(
        name=pin.name,
        version=pin.version,
        type=kind,
        bom_ref=f"{pin.name}=={pin.version}",
        purl=PackageURL("pypi", None, pin.name, pin.version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in pin.digests],
        licenses=[_licence(licences.of(pin))],
    )


def _page_component(part: PagePart) -> Component:
    """A package of npm, of which the built page holds what it uses."""
    scope, _, name = part.name.rpartition("/")
    return Component(
        name=name,
        group=scope or None,
        version=part.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"npm:{part.name}@{part.version}",
        purl=PackageURL("npm", scope or None, name, part.version),
        hashes=[HashType(alg=HashAlgorithm.SHA_512, content=part.sha512)],
        licenses=[_licence(part.licence)],
    )


def _register_page(bom: Bom, page: dict[str, Component]) -> list[Component]:
    """Say which parts of the page require which; return those that the page itself asks for."""
    listed = page_parts()
    for part in listed:
        bom.register_dependency(page[part.name], [page[name] for name in part.requires])
    return [page[part.name] for part in listed if part.is_direct]


def _licence(expression: str) -> License:
    return LicenseFactory().make_from_string(expression)


if __name__ == "__main__":
    for written in write(Path(sys.argv[1])):
        print(written)
