"""A server on loopback that answers in a few lines, for clients to be tried with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
REFUSAL = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 3\r\n\r\n"


class Answering:
    """What was asked of a server, and by whom."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[bytes] = []
        self.peers: list[str] = []


@asynccontextmanager
async def answering(answer: Callable[[int], bytes | None]) -> AsyncIterator[Answering]:
    """Serve within the block.

    Args:
        answer: what to say to the request of that number, from zero; ``None``: nothing at all;
            empty: end the connection.
    """
    seen, talks = Answering(), dict[asyncio.StreamWriter, asyncio.Task[None] | None]()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks[writer] = asyncio.current_task()
        seen.peers.append(writer.get_extra_info("peername")[0])
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                said = answer(len(seen.requests))
                length = int(head.lower().partition(b"content-length: ")[2].split()[0])
                seen.requests.append(head + await reader.readexactly(length))
                if said == b"":
                    break
                writer.write(said or b"")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    seen.url = f"http://{host}:{port}"
    async with server:
        yield seen
        for writer in talks:
            writer.transport.abort()
        await asyncio.gather(*filter(None, talks.values()))
