"""Query parameters that several routes take, declared once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, get_type_hints

Answer = TypeVar("Answer")
_Made = Callable[..., Any]


def taking(**made: _Made) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Give a route the parameters of other functions, and what these make of them as arguments.

    Powertools reads the parameters of a route off its signature: that of the decorated function
    has those of ``made`` in place of the arguments that they make.

    Args:
        made: by argument, the function that makes it; it has keyword parameters alone.
    """

    def decorate(route: Callable[..., Answer]) -> Callable[..., Answer]:
        def taken(**given: Any) -> Answer:  # noqa: ANN401 - any parameter
            for name, make in made.items():
                own = {each: given.pop(each) for each in inspect.signature(make).parameters}
                given[name] = make(**own)
            return route(**given)

        signature = _typed(route)
        parameters = list(_merged(signature, made))
        taken.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined] # functions may have one
        taken.__annotations__ = {each.name: each.annotation for each in parameters}
        return taken

    return decorate


def _merged(signature: inspect.Signature, made: dict[str, _Made]) -> Iterator[inspect.Parameter]:
    """The parameters of a route, with those of other functions in place of what these make."""
    for name, parameter in signature.parameters.items():
        if name in made:
            yield from _typed(made[name]).parameters.values()
        else:
            yield parameter


def _typed(function: _Made) -> inspect.Signature:
    """The signature with annotations as types: texts are read in the module of the function."""
    hints = get_type_hints(function, include_extras=True)
    signature = inspect.signature(function)
    parameters = [
        each.replace(annotation=hints[name]) for name, each in signature.parameters.items()
    ]
    return signature.replace(parameters=parameters, return_annotation=hints["return"])
