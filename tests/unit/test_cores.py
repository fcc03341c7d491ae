"""A container's quota bounds the cores as much as the machine does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from lookalike.cores import usable_cores

V2, V1 = "sys/fs/cgroup", "sys/fs/cgroup/cpu"
GROUP = {"proc/self/cgroup": "0::/kube/pod\n"}
OLD_GROUP = {"proc/self/cgroup": "9:name=systemd:/x\n3:cpu,cpuacct:/docker/1\n"}


def _old(folder: str, quota: int) -> dict[str, str]:
    return {f"{folder}/cpu.cfs_quota_us": f"{quota}\n", f"{folder}/cpu.cfs_period_us": "100000\n"}


@pytest.fixture(autouse=True)
def _eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(8)), raising=False)


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, 8),
        ({f"{V2}/cpu.max": "max 100000\n"}, 8),
        ({f"{V2}/cpu.max": "200000 100000\n"}, 2),
        ({f"{V2}/cpu.max": "250000 100000\n"}, 2),
        ({f"{V2}/cpu.max": "50000 100000\n"}, 1),
        ({f"{V2}/cpu.max": "9900000 100000\n"}, 8),
        ({f"{V2}/cpu.max": "nonsense"}, 8),
        ({f"{V2}/cpu.max": "100000 0"}, 8),
        (GROUP | {f"{V2}/kube/pod/cpu.max": "300000 100000\n"}, 3),
        (
            GROUP | {f"{V2}/kube/pod/cpu.max": "max 100000", f"{V2}/kube/cpu.max": "400000 100000"},
            4,
        ),
        (_old(V1, -1), 8),
        (_old(V1, 300_000), 3),
        (OLD_GROUP | _old(f"{V1}/docker/1", 200_000), 2),
    ],
)
def test_should_stay_within_the_quota(tmp_path: Path, files: Mapping[str, str], cores: int) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    assert usable_cores(tmp_path) == cores


def test_should_stay_within_the_cores_that_are_assigned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``taskset`` does it."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {3}, raising=False)
    assert usable_cores(tmp_path) == 1
