"""Commands say what to set where AWS cannot be reached or the stack does not exist."""

from __future__ import annotations

import boto3
import pytest

from lookalike.cli.stack import read_sync_settings
from lookalike.errors import SettingInvalidError
from lookalike.storage.index_kind import IndexKind
from tests.unit.aws import REGION
from tests.unit.lambdas.stacks import OUTPUTS, STACK, deploy, run

COMMANDS = (
    ["key"],
    ["replay"],
    ["restore", "products", "--from", "copy"],
    ["index", "list"],
)

every_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])


@pytest.fixture
def _a_new_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any settings for AWS."""
    for name in (
        "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.mark.usefixtures("_a_new_machine")
@every_command
def test_should_say_that_no_region_is_set(command: list[str]) -> None:
    with pytest.raises(SettingInvalidError, match=r"No AWS region.* AWS_REGION, or AWS_PROFILE"):
        run(*command)


@pytest.mark.usefixtures("_a_new_machine")
@every_command
def test_should_say_that_there_are_no_credentials(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with pytest.raises(SettingInvalidError, match=r"no AWS credentials\. Set AWS_PROFILE"):
        run(*command)


@pytest.mark.usefixtures("_a_new_machine")
@every_command
def test_should_say_that_there_is_no_such_profile(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mistyped")
    with pytest.raises(SettingInvalidError, match=r"no AWS profile 'mistyped'\. Set AWS_PROFILE"):
        run(*command)


@pytest.mark.usefixtures("aws")
@every_command
def test_should_say_where_there_is_no_such_stack(command: list[str]) -> None:
    with pytest.raises(SettingInvalidError) as raised:
        run(*command)
    assert raised.value.detail.startswith(f"There is no stack '{STACK}' in region {REGION}")
    assert "Lookalike-<environment>" in raised.value.detail


@pytest.mark.usefixtures("aws")
def test_should_ask_the_index_of_the_stack_that_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever endpoint the environment has."""
    monkeypatch.setenv("LOOKALIKE_OPENSEARCH_ENDPOINT", "of-the-environment")
    deploy({**OUTPUTS, "OpenSearchEndpoint": "of-the-stack"})
    with pytest.raises(SettingInvalidError, match=r"^'of-the-stack' is not the address"):
        run("index", "list")


@pytest.mark.usefixtures("aws")
def test_should_say_that_a_small_index_has_no_indices() -> None:
    without = {name: text for name, text in OUTPUTS.items() if name != "OpenSearchEndpoint"}
    deploy({**without, "ChangesTable": "changes", "SnapshotsBucket": "b", "Indices": "small"})
    with pytest.raises(SettingInvalidError, match="has a small index alone"):
        run("index", "list")
    settings = read_sync_settings(STACK)
    assert (settings.indices, settings.changes_table) == ((IndexKind.SMALL,), "changes")


@pytest.mark.usefixtures("aws")
def test_should_describe_the_stack_in_the_region_of_its_index() -> None:
    deploy(OUTPUTS)
    with pytest.raises(SettingInvalidError, match="in region eu-west-3 of"):
        run("index", "list", "--region", "eu-west-3")
