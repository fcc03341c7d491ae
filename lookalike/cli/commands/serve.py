"""``lookalike serve``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lookalike.cli.feed_options import DEFAULT_REFRESH_AFTER, RefreshAfter, require_days
from lookalike.cli.options import DEFAULT_DATA, AllowPrivateHosts, Data, Durable
from lookalike.cli.serve_options import LogFormat, MetricsRole

MAX_PORT = 65535


def _port(number: int) -> int:
    if not 0 <= number <= MAX_PORT:
        raise typer.BadParameter(f"{number} is no port: write 0 to {MAX_PORT}.")
    return number


def serve(
    data: Data = DEFAULT_DATA,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="PORT", callback=_port, help="0 for any free one.")
    ] = 8080,
    images_root: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder that paths in imported catalogues start from; its pictures are shown at "
            "/pictures/. Without it only web addresses are read.",
        ),
    ] = None,
    allow_private_hosts: AllowPrivateHosts = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Name that the service is asked for by, such as that of a proxy before it; "
            "repeatable. Its addresses and localhost are always answered.",
        ),
    ] = None,
    durable: Durable = False,
    obey_robots_txt: Annotated[
        bool,
        typer.Option(
            "--obey-robots-txt",
            envvar="LOOKALIKE_OBEY_ROBOTS_TXT",
            help="Let imports into this service fetch only pictures that the robots.txt of their "
            "hosts allows. Checks, searches and single products do not ask for it.",
        ),
    ] = False,
    refresh_after: RefreshAfter = DEFAULT_REFRESH_AFTER,
    keep_imports: Annotated[
        float,
        typer.Option(
            metavar="DAYS",
            callback=require_days,
            help="How long imports and their refused rows are kept after their end.",
        ),
    ] = 30,
    keep_events: Annotated[
        float,
        typer.Option(
            metavar="DAYS",
            callback=require_days,
            envvar="LOOKALIKE_KEEP_EVENTS",
            help="How long events are kept, which GET /events lists.",
        ),
    ] = 30,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(
            envvar="LOOKALIKE_TRUSTED_PROXY",
            metavar="ADDRESS",
            help="Address or network of a proxy whose X-Forwarded-For says who the client is; "
            "repeatable. Each client has its share of the service; without it, the proxy is one.",
        ),
    ] = None,
    fast_when_busy: Annotated[
        bool,
        typer.Option(
            "--fast-when-busy",
            envvar="LOOKALIKE_FAST_WHEN_BUSY",
            help="While the queue is long, answer checks that name no effort with effort=fast; the "
            "answer says so.",
        ),
    ] = False,
    allow_private_webhooks: Annotated[
        bool,
        typer.Option(
            "--allow-private-webhooks",
            envvar="LOOKALIKE_ALLOW_PRIVATE_WEBHOOKS",
            help="Also send events to this machine and its network.",
        ),
    ] = False,
    without_keys: Annotated[
        bool,
        typer.Option(
            "--without-keys",
            envvar="LOOKALIKE_WITHOUT_KEYS",
            help="Answer everybody, although `lookalike key add` has made API keys.",
        ),
    ] = False,
    metrics_role: Annotated[
        MetricsRole,
        typer.Option(
            metavar="ROLE",
            envvar="LOOKALIKE_METRICS_ROLE",
            help="Role of the API key that /metrics needs, where keys are needed: none, read, "
            "write or admin.",
        ),
    ] = MetricsRole.ADMIN,
    log_format: Annotated[
        LogFormat,
        typer.Option(
            metavar="FORMAT",
            envvar="LOOKALIKE_LOG_FORMAT",
            help="Of the log on standard error: text or json.",
        ),
    ] = LogFormat.TEXT,
) -> None:
    """Run the whole service on this machine, with its storage in a folder.

    Needs no account and no network but for the pictures that it is asked to fetch. Stop it with
    Ctrl-C: running requests end, imports go on at the next start.
    """
    # Commands import what they need when they run: --help and errors should not wait for it.
    from lookalike.cli.json_logs import log_as_json
    from lookalike.cli.termination import stop_requests
    from lookalike.local.http_server.server import serve as run
    from lookalike.local.service import service
    from lookalike.local.settings import DAY, LocalSettings

    _refuse_address_in_use(host, port)
    if log_format is LogFormat.JSON:
        log_as_json()
    settings = LocalSettings(
        data,
        images_root,
        allow_private_hosts=allow_private_hosts,
        allowed_hosts=tuple(allow_host or ()),
        durable=durable,
        refresh_after=refresh_after * DAY,
        keep_imports=keep_imports * DAY,
        keep_events=keep_events * DAY,
        trusted_proxies=tuple(trusted_proxy or ()),
        fast_when_busy=fast_when_busy,
        allow_private_webhooks=allow_private_webhooks,
        with_keys=not without_keys,
        metrics_role=metrics_role.role,
        obey_robots_txt=obey_robots_txt,
    )
    with stop_requests() as request, service(settings) as application:
        run(application, host, port, _announce, request.is_received)


def _announce(url: str) -> None:
    from lookalike.terminal import errors

    errors.print(f"Lookalike serves {url}")


def _refuse_address_in_use(host: str, port: int) -> None:
    """Refuse a taken port at once and in a sentence, not after everything is loaded."""
    import errno
    import os
    import socket

    from lookalike.errors import BadParameterError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such host"
        raise BadParameterError(
            f"Nothing can be served at {host}, port {port}: {reason}.",
            "Choose another port with --port." if error.errno == errno.EADDRINUSE else "",
        ) from error
