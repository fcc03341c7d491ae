"""Which Maven repository this machine is set up for, from the settings that Maven itself reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

MAVEN_CENTRAL = "https://repo.maven.apache.org/maven2"

OF_PACKAGES = (Path("/usr/share/maven/conf/settings.xml"), Path("/etc/maven/settings.xml"))
"""Where Linux distributions keep the machine's settings."""

_STANDS_FOR_CENTRAL = {"central", "*", "external:*"}


def repository(environment: Mapping[str, str]) -> str:
    """Address of the repository to ask for what is in Maven Central, without a slash at its end.

    A mirror of ``central`` in the user's settings, or else in the machine's; Maven Central where
    neither names one.
    """
    for path in _settings_files(environment):
        if path.is_file():
            for mirror in _mirrors(ET.parse(path).getroot()):  # noqa: S314 - this machine's own settings
                return _filled_in(mirror, environment).rstrip("/")
    return MAVEN_CENTRAL


def _settings_files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Where Maven looks, what counts first first."""
    home = environment.get("HOME")
    if home:
        yield Path(home, ".m2", "settings.xml")
    for folder in filter(None, (environment.get("MAVEN_HOME"), environment.get("M2_HOME"))):
        yield Path(folder, "conf", "settings.xml")
    yield from OF_PACKAGES


def _mirrors(settings: ET.Element) -> Iterator[str]:
    """Addresses of the mirrors that stand for Maven Central and are not blocked."""
    for mirror in settings.findall("{*}mirrors/{*}mirror"):
        stands_for = {name.strip() for name in mirror.findtext("{*}mirrorOf", "").split(",")}
        blocked = mirror.findtext("{*}blocked", "false").strip() == "true"
        if not blocked and "!central" not in stands_for and stands_for & _STANDS_FOR_CENTRAL:
            yield mirror.findtext("{*}url", MAVEN_CENTRAL).strip()


def _filled_in(text: str, environment: Mapping[str, str]) -> str:
    """``${env.NAME}`` as Maven reads it."""
    return re.sub(r"\$\{env\.(\w+)\}", lambda found: environment.get(found[1], ""), text)
