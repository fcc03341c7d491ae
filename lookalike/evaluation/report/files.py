"""Writes a report as files."""

from __future__ import annotations

from pathlib import Path

from lookalike.evaluation.report.document import Document
from lookalike.evaluation.report.html import html
from lookalike.evaluation.report.markdown import markdown


def write_document(report: Document, folder: Path, name: str) -> list[Path]:
    """Write ``name.md`` with its plots beside it, and ``name.html``; return both paths.

    Args:
        report: what is written.
        folder: is made where it does not exist.
        name: of both files, without the extension.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for figure in (each for section in report.sections for each in section.figures):
        (folder / f"{figure.name}.svg").write_text(figure.svg, "utf-8")
    paths = [folder / f"{name}.md", folder / f"{name}.html"]
    for path, text in zip(paths, (markdown(report), html(report)), strict=True):
        path.write_text(text, "utf-8")
    return paths
