"""Routers, which collect the routes of one resource."""

from __future__ import annotations

from aws_lambda_powertools.event_handler.api_gateway import Router


def new_router() -> Router:
    """An empty router."""
    return Router()  # type: ignore[no-untyped-call] # Powertools left out one annotation
