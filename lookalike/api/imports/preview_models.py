"""The answer about an import that has not happened, as the contract shows it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from lookalike.api.imports.models import FailureAnswer
from lookalike.api.imports.previewer import ImportPreview, RecognisedColumns


class ColumnsAnswer(BaseModel):
    """What the columns of a file are read as."""

    entity_id: str
    sku: str | None
    image_url: str
    further_pictures: list[str] = Field(description="Columns with further pictures.")
    attributes: list[str] = Field(description="Columns that become attributes.")
    left_out: list[str] = Field(description="Columns that are not read.")
    available: list[str] = Field(
        description="All columns that are known, in their order; `columns` can name any of them."
    )
    examples: dict[str, str] = Field(
        description="A value of each column, shortened; those that are empty in the first rows "
        "have none."
    )

    @classmethod
    def of(cls, columns: RecognisedColumns) -> ColumnsAnswer:
        """The columns as they are shown."""
        return cls(
            entity_id=columns.fields["entity_id"],
            sku=columns.fields.get("sku"),
            image_url=columns.fields["image_url"],
            further_pictures=list(columns.further_pictures),
            attributes=list(columns.attributes),
            left_out=list(columns.left_out),
            available=list(columns.available),
            examples=dict(columns.examples),
        )


class SamplesAnswer(BaseModel):
    """The first entity_ids of each kind, ten at most."""

    added: list[str]
    changed: list[str]
    deleted: list[str]


class ImportPreviewAnswer(BaseModel):
    """What an import would do: added + changed + unchanged + failed = rows."""

    format: str = Field(description="What the file was recognised as, in words.")
    columns: ColumnsAnswer
    rows: int = Field(
        description="Rows that were looked at and stand for a product each: all of the file, "
        "unless `has_more` says otherwise."
    )
    added: int = Field(description="Rows whose product is new.")
    changed: int = Field(description="Rows whose product would be replaced.")
    unchanged: int = Field(description="Rows whose product is stored as it is.")
    failed: int = Field(
        description="Rows that would be refused. Pictures are not read yet, and may be refused, "
        "too."
    )
    failures: list[FailureAnswer] = Field(description="The first 100 of these rows.")
    samples: SamplesAnswer
    products: int | None = Field(
        description="With `mode=sync`: products of the catalogue that the file is about; null on "
        "AWS, where that is not known before it runs. Otherwise, those that its rows name: added + "
        "changed + unchanged."
    )
    missing: int | None = Field(
        description="Those of them that the file does not name; null as above. Otherwise 0."
    )
    deleted: int | None = Field(
        description="Products that would be deleted: the missing ones, or none while a row cannot "
        "be read; null as above."
    )
    refusal: str | None = Field(
        description="Why this sync would fail before it changes anything; null if it would not."
    )
    has_more: bool = Field(
        default=False,
        description="Whether the file has further rows, which are loaded and were not looked at: "
        "on AWS, those behind the first 10,000.",
    )

    @classmethod
    def of(cls, preview: ImportPreview) -> ImportPreviewAnswer:
        """The preview as it is shown."""
        return cls(
            format=preview.kind,
            columns=ColumnsAnswer.of(preview.columns),
            rows=preview.rows,
            added=preview.added,
            changed=preview.changed,
            unchanged=preview.unchanged,
            failed=preview.failed,
            failures=[FailureAnswer.of(failure) for failure in preview.failures],
            samples=SamplesAnswer.model_validate(preview.samples),
            products=preview.products,
            missing=preview.missing,
            deleted=preview.deleted,
            refusal=preview.refusal,
            has_more=preview.has_more,
        )
