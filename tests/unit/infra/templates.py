"""Reading a synthesised template."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stack:
    """The stacks of an environment, read for what they say and not for what things are called.

    Attributes:
        templates: as CloudFormation reads them, by name of the stack, in the order of deployment.
        tags: of the stacks.
        messages: what the CDK has to say about them, with the construct that it is about.
        places: account and region of each stack, as the CDK writes them.
        assets: folders that are zipped and uploaded.
        files: files that are uploaded as they are.
        template: all templates as one: what a stack imports is what the other one exports.
    """

    templates: dict[str, dict[str, Any]]
    tags: Mapping[str, str]
    messages: Sequence[str]
    places: Sequence[str] = ()
    assets: Sequence[Path] = ()
    files: Sequence[Path] = ()
    template: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        exported = {
            output["Export"]["Name"]: output["Value"]
            for template in self.templates.values()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }
        whole: dict[str, Any] = {"Resources": {}, "Outputs": {}}
        for template in self.templates.values():
            for part, named in whole.items():
                named.update(_resolved(template.get(part, {}), exported))
        object.__setattr__(self, "template", whole)

    def all(self, kind: str) -> list[Resource]:
        """All resources of a type."""
        return [r for r in self.template["Resources"].values() if r["Type"] == kind]

    def properties(self, kind: str) -> list[dict[str, Any]]:
        """The properties of all resources of a type."""
        return [resource["Properties"] for resource in self.all(kind)]

    def the(self, kind: str) -> dict[str, Any]:
        """The properties of the only resource of a type."""
        (only,) = self.properties(kind)
        return only

    def function(self, name: str) -> dict[str, Any]:
        """The properties of the function whose handler is in that folder."""
        found = [f for f in self.properties("AWS::Lambda::Function") if f".{name}." in f["Handler"]]
        (only,) = found
        return only

    def machine(self, work: str) -> dict[str, Any]:
        """The properties of the state machine of some work."""
        machines = self.properties("AWS::StepFunctions::StateMachine")
        (only,) = [m for m in machines if m.get("StateMachineName", "").endswith(f"-{work}")]
        return only

    def allowed_of_machine(self, work: str) -> set[tuple[str, str]]:
        """Actions that the state machine of some work may do, each with a resource in words."""
        role_id = self.machine(work)["RoleArn"]["Fn::GetAtt"][0]
        [policy] = self.template["Resources"][role_id]["Properties"]["Policies"]
        return {
            (action, self.words(resource))
            for statement in policy["PolicyDocument"]["Statement"]
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }

    def mapping(self, table: str) -> dict[str, Any]:
        """The properties of the mapping of the stream of a table, by its construct's name."""
        (only,) = [
            mapping
            for mapping in self.properties("AWS::Lambda::EventSourceMapping")
            if self.words(mapping["EventSourceArn"]) == f"<Tables/{table}.StreamArn>"
        ]
        return only

    def statements(self, function: str) -> list[dict[str, Any]]:
        """Everything that a function's role allows."""
        role = self.function(function)["Role"]["Fn::GetAtt"][0]
        inline = self.template["Resources"][role]["Properties"]["Policies"]
        attached = [
            policy
            for policy in self.properties("AWS::IAM::Policy")
            if {"Ref": role} in policy["Roles"]
        ]
        documents = [policy["PolicyDocument"] for policy in [*inline, *attached]]
        return [statement for document in documents for statement in document["Statement"]]

    def allowed(self, function: str) -> set[tuple[str, str]]:
        """Pairs of action and resource; resources in words."""
        return {
            (action, self.words(resource))
            for statement in self.statements(function)
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }

    def words(self, value: Any) -> str:  # noqa: ANN401 - JSON
        """A resource with its references resolved to the paths of their constructs."""
        match value:
            case str():
                return value
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(map(self.words, parts))
            case {"Fn::GetAtt": [name, attribute]}:
                return f"<{self._path(name)}.{attribute}>"
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{(.+?)\}", r"<\1>", text)
            case {"Ref": name}:
                return f"<{self._path(name)}>"
        raise AssertionError(value)

    def _path(self, name: str) -> str:
        resource = self.template["Resources"].get(name, {})
        path: str = resource.get("Metadata", {}).get("aws:cdk:path", name)
        return path.split("/", 1)[-1].removesuffix("/Resource")

    @property
    def text(self) -> str:
        """The whole template."""
        return json.dumps(self.template)


def _resolved(value: Any, exported: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """The same with what is exported in place of imports."""
    match value:
        case {"Fn::ImportValue": name}:
            return exported[name]
        case dict():
            return {key: _resolved(each, exported) for key, each in value.items()}
        case list():
            return [_resolved(each, exported) for each in value]
    return value


def listed(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    """What is one thing or a list of them, as a list."""
    return value if isinstance(value, list) else [value]
