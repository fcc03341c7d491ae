"""Models of the operator's are deployed with what they need, and nobody else may use them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from infra import model_needs
from infra.environment_checks import environment_flaws
from infra.environments import DEV, SMALL, Environment, Part
from infra.function_specs import FUNCTIONS, function_spec
from infra.model_checks import MAX_TEXT
from infra.model_needs import MEMORY_OF_FILE, REGISTERING, with_models
from lookalike.aws.settings import PREFIX
from lookalike.search.models.settings import SearchSettings
from lookalike.search.models.version import space_of
from tests.unit.infra.conftest import Synth
from tests.unit.infra.templates import Stack
from tests.unit.search.models.onnx_models import a_model_file, settings_of

BUCKET = "cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>"
BEDROCK = "arn:<AWS::Partition>:bedrock:{}::foundation-model/amazon.titan-embed-image-v1"
ONNX = """
[models.{name}]
kind = "onnx"
file = "{file}"
sha256 = "{sha256}"
size = 16
pooling = "mean"
dimension = 12
at_registration = {at_registration}
"""
SMALL_MODEL = f"[models.{'m' * 62}{{}}]\nkind = 'built-in'\ndimension = 64\ncolour = 0.0"
BUILT_IN = """
default = "clip"
[models.built-in]
kind = "built-in"
"""
TITAN = """
[models.titan]
kind = "bedrock"
region = "us-east-1"
"""


def onnx(path: Path, name: str, *, at_registration: bool) -> str:
    """The settings of a model whose file is written there."""
    sha256 = settings_of(path).sha256
    stored = str(at_registration).lower()
    return ONNX.format(name=name, file=path.name, sha256=sha256, at_registration=stored)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two different networks, and four models."""
    made = tmp_path_factory.mktemp("models")
    first = onnx(a_model_file(made / "clip.onnx"), "clip", at_registration=True)
    later = a_model_file(made / "later.onnx", output="tokens")
    text = BUILT_IN + first + onnx(later, "later", at_registration=False) + TITAN
    (made / "models.toml").write_text(text, "utf-8")
    return made


@pytest.fixture(scope="module")
def environment(folder: Path) -> Environment:
    """With these models."""
    return replace(DEV, models=folder / "models.toml")


@pytest.fixture(scope="module")
def stack(synth: Synth, environment: Environment) -> Stack:
    """What is deployed of it."""
    return synth(environment)


def added(stack: Stack, dev: Stack, function: str) -> set[tuple[str, str]]:
    """What a function may do more than without models."""
    assert dev.allowed(function) <= stack.allowed(function)
    return stack.allowed(function) - dev.allowed(function)


def variables(stack: Stack, function: str) -> dict[str, str]:
    """What a function is told about models."""
    told = stack.function(function)["Environment"]["Variables"]
    names = ("SEARCH_MODELS", "MODELS_BUCKET", "LIKENESS_SCALES")
    return {name: stack.words(told[PREFIX + name]) for name in names if PREFIX + name in told}


def key_of(stack: Stack, model: str) -> str:
    """The key of the object with the file of a model."""
    found = SearchSettings.model_validate_json(variables(stack, "find_similar")["SEARCH_MODELS"])
    return str(found.models[model].model_dump()["file"])


def test_should_let_functions_read_exactly_the_files_that_they_embed_with(
    stack: Stack, dev: Stack
) -> None:
    clip, later = (
        ("s3:GetObject", f"arn:<AWS::Partition>:s3:::{BUCKET}/{key_of(stack, name)}")
        for name in ("clip", "later")
    )
    asked = ("bedrock:InvokeModel", BEDROCK.format("us-east-1"))
    assert added(stack, dev, "find_similar") == {clip, later, asked}
    for function in REGISTERING:
        assert added(stack, dev, function) == {clip}
    others = {spec.name for spec in FUNCTIONS} - {"find_similar", *REGISTERING}
    assert not [name for name in others if added(stack, dev, name)]


def test_should_let_functions_ask_bedrock_that_embed_with_it_when_products_are_registered(
    synth: Synth, tmp_path: Path, dev: Stack
) -> None:
    path = tmp_path / "models.toml"
    own = "arn:aws:bedrock:eu-central-1:111111111111:provisioned-model/abc"
    path.write_text(
        f"""
        default = "titan"
        [models.titan]
        kind = "bedrock"
        at_registration = true
        [models.bought]
        kind = "bedrock"
        model = "{own}"
        """,
        "utf-8",
    )
    stack = synth(replace(DEV, models=path))
    here = ("bedrock:InvokeModel", BEDROCK.format("<AWS::Region>"))
    assert added(stack, dev, "find_similar") == {here, ("bedrock:InvokeModel", own)}
    for function in REGISTERING:
        assert added(stack, dev, function) == {here}
    assert "MODELS_BUCKET" not in variables(stack, "find_similar")


def test_should_upload_the_files_and_name_them_by_their_keys(stack: Stack, folder: Path) -> None:
    told = variables(stack, "find_similar")
    assert told["MODELS_BUCKET"] == BUCKET
    found = SearchSettings.model_validate_json(told["SEARCH_MODELS"])
    assert (found.default, [*found.models]) == ("clip", ["built-in", "clip", "later", "titan"])
    assert {key_of(stack, name) for name in ("clip", "later")} == {
        f"{asset.name.removeprefix('asset.')}" for asset in stack.files if asset.suffix == ".onnx"
    }
    read = settings_of(folder / "clip.onnx", mean=(0, 0, 0), deviation=(1, 1, 1))
    assert space_of("clip", found.models["clip"]) == space_of("clip", read), "the same version"


def test_should_tell_every_function_that_keeps_indices_in_step(stack: Stack) -> None:
    names = ("find_similar", "index_pictures", "reconcile_index", *REGISTERING)
    assert len({variables(stack, name)["SEARCH_MODELS"] for name in names}) == 1
    prepared = stack.the("Custom::PreparedSearch")
    assert prepared["LooksModels"] == variables(stack, "find_similar")["SEARCH_MODELS"]
    found = SearchSettings.model_validate_json(prepared["LooksModels"])
    versions = [space_of(name, each).version for name, each in found.models.items()]
    assert prepared["Looks"].split(",") == versions


def test_should_wait_for_permissions_before_a_snapshot_is_taken(stack: Stack) -> None:
    resources = stack.template["Resources"]
    policies = {name for name, each in resources.items() if each["Type"] == "AWS::IAM::Policy"}
    for name in ("find_similar", *REGISTERING):
        [function] = [
            each
            for each in stack.all("AWS::Lambda::Function")
            if f".{name}." in each["Properties"]["Handler"]
        ]
        assert policies & set(function["DependsOn"]), name


def test_should_tell_functions_what_a_cosine_means(synth: Synth, tmp_path: Path) -> None:
    text = BUILT_IN + onnx(a_model_file(tmp_path / "a.onnx"), "clip", at_registration=True)
    (tmp_path / "models.toml").write_text(text, "utf-8")
    environment = replace(DEV, models=tmp_path / "models.toml")
    version = space_of("clip", environment.search_models.models["clip"]).version
    scale = {"slope": 9.0, "intercept": -4.0}
    (tmp_path / "likeness.json").write_text(json.dumps({version: scale, "gone-1": scale}))
    (tmp_path / "models.toml").write_text('likeness = "likeness.json"\n' + text, "utf-8")
    told = variables(synth(environment), "find_similar")["LIKENESS_SCALES"]
    assert json.loads(told) == {version: scale}, "of the models that it has"


def test_should_change_nothing_where_no_models_are_named(dev: Stack) -> None:
    assert "SEARCH_MODELS" not in dev.text
    assert "MODELS_BUCKET" not in dev.text
    assert "LooksModels" not in dev.the("Custom::PreparedSearch")
    assert not [asset for asset in dev.files if asset.suffix == ".onnx"]
    [version] = dev.the("Custom::PreparedSearch")["Looks"].split(",")
    assert version.startswith("built-in-")


def test_should_leave_nothing_to_warn_of(stack: Stack) -> None:
    assert stack.messages == []


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte of a file counts as a mebibyte."""
    monkeypatch.setattr(model_needs, "_MIB", 1)


def with_file(folder: Path, environment: Environment, mib: int) -> Environment:
    """An environment with a model whose file has so many bytes."""
    (folder / "large.onnx").write_bytes(bytes(mib))
    onnx_settings = ONNX.format(
        name="large", file="large.onnx", sha256="0" * 64, at_registration="true"
    )
    (folder / "models.toml").write_text(f'default = "large"\n{onnx_settings}', "utf-8")
    return replace(environment, models=folder / "models.toml")


@pytest.mark.usefixtures("large")
def test_should_give_functions_memory_and_disk_for_their_files(tmp_path: Path) -> None:
    environment = with_file(tmp_path, DEV, 300)
    for name, disk in {"find_similar": 0, "manage_products": 0, "import_batch": 300}.items():
        spec = function_spec(name)
        fitted = with_models(spec, environment)
        assert fitted.memory_mib == spec.memory_mib + MEMORY_OF_FILE * 300
        assert fitted.storage_mib == spec.storage_mib + disk, "a snapshot has no more than 512"
    other = function_spec("index_pictures")
    assert with_models(other, environment) == other
    slow = replace(environment, left_out={Part.SNAP_START: "it costs"})
    assert with_models(function_spec("find_similar"), slow).storage_mib == 512 + 300


@pytest.mark.usefixtures("large")
def test_should_refuse_files_that_do_not_fit(tmp_path: Path) -> None:
    assert not [*model_needs.size_flaws(with_file(tmp_path, DEV, 448))]
    flaws = [*model_needs.size_flaws(with_file(tmp_path, DEV, 449))]
    assert [flaw.partition(" begins")[0] for flaw in flaws] == [
        "models: find_similar",
        "models: manage_products",
    ]
    assert "has room for 448 MiB of models, and theirs have 449 MiB" in flaws[0]
    slow = replace(DEV, left_out={Part.SNAP_START: "it costs"})
    assert not [*model_needs.size_flaws(with_file(tmp_path, slow, 2_800))]
    flaws = [*model_needs.size_flaws(with_file(tmp_path, slow, 3_000))]
    assert "find_similar would need 10,769 MiB of memory for files of 3,000 MiB" in flaws[0]


def flaw_of(environment: Environment) -> str:
    [flaw] = environment_flaws(environment)
    return flaw


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("default = ", "is no TOML"),
        ("models = {}", "names no model; leave the field out"),
        ("[models.a]\nkind = 'torch'", "must be of a kind"),
        ('likeness = "gone.json"', "gone.json cannot be read: No such file"),
        (
            ONNX.format(name="built-in", file="no.onnx", sha256="0" * 64, at_registration="true"),
            "cannot be read: ",
        ),
        (
            ONNX.format(name="built-in", file="a.onnx", sha256="0" * 64, at_registration="true"),
            "and the settings say 000",
        ),
        (
            f"default = '{'m' * 62}10'\n" + "\n".join(SMALL_MODEL.format(n) for n in range(10, 30)),
            f"functions have room for {MAX_TEXT:,}: name fewer",
        ),
    ],
)
def test_should_refuse_models_that_would_fail_when_they_are_deployed(
    text: str, said: str, tmp_path: Path
) -> None:
    a_model_file(tmp_path / "a.onnx")
    (tmp_path / "models.toml").write_text(text, "utf-8")
    flaw = flaw_of(replace(DEV, models=tmp_path / "models.toml"))
    assert flaw.startswith("models: ")
    assert said in flaw


def test_should_refuse_a_model_of_another_dimension(folder: Path, tmp_path: Path) -> None:
    text = (folder / "models.toml").read_text().replace("dimension = 12", "dimension = 13")
    for name in ("clip.onnx", "later.onnx"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "models.toml").write_text(text, "utf-8")
    assert "dimension 13" in flaw_of(replace(DEV, models=tmp_path / "models.toml"))


def test_should_refuse_models_whose_indices_the_domain_cannot_hold(tmp_path: Path) -> None:
    models = [f"[models.titan-{n}]\nkind = 'bedrock'\ndimension = 1024" for n in range(4)]
    (tmp_path / "models.toml").write_text('default = "titan-0"\n' + "\n".join(models), "utf-8")
    full = replace(DEV, load=replace(DEV.load, pictures=300_000), models=tmp_path / "models.toml")
    assert re.match(
        r"models: with indices for 4 models, 1 x t3.small.search have memory for 7\d,\d{3} "
        r"pictures, not for the 300,000 of the load",
        flaw_of(full),
    )
    assert not [*environment_flaws(replace(full, models=None))]


def test_should_refuse_a_missing_file_and_an_environment_without_opensearch(
    environment: Environment, tmp_path: Path
) -> None:
    assert "cannot be read: No such file" in flaw_of(replace(DEV, models=tmp_path / "no.toml"))
    assert flaw_of(replace(SMALL, models=environment.models)) == (
        "models: searches by looks need OpenSearch, and indices names a small index alone."
    )
    assert not [*environment_flaws(environment)]
