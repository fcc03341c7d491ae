"""Finds the Maven repository of this machine in the settings that Maven itself reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

MAVEN_CENTRAL = "https://repo.maven.apache.org/maven2"

SYSTEM_SETTINGS = (Path("/usr/share/maven/conf/settings.xml"), Path("/etc/maven/settings.xml"))
"""The settings files of Linux distributions."""

_CENTRAL_NAMES = {"central", "*", "external:*"}


def repository(environment: Mapping[str, str]) -> str:
    """Address of the repository for artifacts of Maven Central, without a final slash.

    It is the mirror of ``central`` in the settings of the user or else of the machine, or Maven
    Central if neither names a mirror.
    """
    for path in _settings_files(environment):
        if path.is_file():
            for mirror in _mirrors(ET.parse(path).getroot()):  # noqa: S314 - this machine's own settings
                return _expanded(mirror, environment).rstrip("/")
    return MAVEN_CENTRAL


def _settings_files(environment: Mapping[str, str]) -> Iterator[Path]:
    """The settings files that Maven reads, in order of precedence."""
    home = environment.get("HOME")
    if home:
        yield Path(home, ".m2", "settings.xml")
    for folder in filter(None, (environment.get("MAVEN_HOME"), environment.get("M2_HOME"))):
        yield Path(folder, "conf", "settings.xml")
    yield from SYSTEM_SETTINGS


def _mirrors(settings: ET.Element) -> Iterator[str]:
    """Addresses of the mirrors of Maven Central that are not blocked."""
    for mirror in settings.findall("{*}mirrors/{*}mirror"):
        mirrored = {name.strip() for name in mirror.findtext("{*}mirrorOf", "").split(",")}
        blocked = mirror.findtext("{*}blocked", "false").strip() == "true"
        if not blocked and "!central" not in mirrored and mirrored & _CENTRAL_NAMES:
            yield mirror.findtext("{*}url", MAVEN_CENTRAL).strip()


def _expanded(text: str, environment: Mapping[str, str]) -> str:
    """The text with ``${env.NAME}`` replaced by variables, as Maven does."""
    return re.sub(r"\$\{env\.(\w+)\}", lambda found: environment.get(found[1], ""), text)
