"""What a robots.txt says about a path, by RFC 9309."""

from __future__ import annotations

import time

import pytest

from lookalike.images.fetching.bounded_http import USER_AGENT
from lookalike.images.fetching.robots_rules import MAX_READ_BYTES, PRODUCT_TOKEN, RobotsRules


def rules(*lines: str, agent: str = "*") -> RobotsRules:
    return RobotsRules.read("\n".join([f"User-agent: {agent}", *lines]).encode())


def test_should_look_for_the_name_that_requests_have() -> None:
    assert USER_AGENT.lower().startswith(PRODUCT_TOKEN)


@pytest.mark.parametrize("file", ["", "Sitemap: https://a.example/s.xml", "<html>no</html>"])
def test_should_allow_everything_where_nothing_is_said(file: str) -> None:
    assert RobotsRules.read(file.encode()) == RobotsRules()


@pytest.mark.parametrize(
    ("rule", "path", "allowed"),
    [
        ("Disallow: /", "/p.jpg", False),
        ("Disallow:", "/p.jpg", True),
        ("disallow : /private # comment", "/private/p.jpg", False),
        ("Disallow: /private", "/privates.jpg", False),
        ("Disallow: /private/", "/private", True),
        ("Disallow: /Private", "/private", True),
        ("Disallow: /*.jpg$", "/a/p.jpg", False),
        ("Disallow: /*.jpg$", "/a/p.jpg?w=1", True),
        ("Disallow: /*.jpg", "/a/p.jpg?w=1", False),
        ("Disallow: *.jpg", "/a/p.jpg", False),
        ("Disallow: /*a*b$", "/cab", False),
        ("Disallow: /*ab*b$", "/cab", True),
        ("Disallow: /p$", "/p", False),
        ("Disallow: /p$", "/p.jpg", True),
        ("Disallow: /*$", "/p.jpg", False),
        ("Disallow: /p?size=", "/p?size=2", False),
        ("Disallow: /a$b", "/a$b/p.jpg", False),
        ("Disallow: /a%24b", "/a$b", False),
        ("Disallow: /a%2Ab", "/a*b", False),
        ("Disallow: /a%2Ab", "/acb", True),
        ("Disallow: /bücher", "/b%C3%BCcher/p.jpg", False),
        ("Disallow: /b%c3%bccher", "/b%C3%BCcher/p.jpg", False),
        ("Disallow: /%61", "/a", False),
        ("Disallow: /a%2Fb", "/a/b", True),
    ],
)
def test_should_compare_paths(rule: str, path: str, *, allowed: bool) -> None:
    assert rules(rule).allows(path) is allowed


@pytest.mark.parametrize("lines", [("Allow: /p/", "Disallow: /"), ("Disallow: /", "Allow: /p/")])
def test_should_let_the_longest_rule_decide_wherever_it_stands(lines: tuple[str, str]) -> None:
    assert rules(*lines).allows("/p/1.jpg")
    assert not rules(*lines).allows("/q/1.jpg")


def test_should_allow_where_two_rules_of_one_length_disagree() -> None:
    assert rules("Disallow: /p", "Allow: /p").allows("/p")


def test_should_read_the_group_for_us_instead_of_that_for_everybody() -> None:
    file = b"User-agent: *\nDisallow: /\n\nUser-agent: LOOKALIKE/1.0\nDisallow: /private"
    assert RobotsRules.read(file).allows("/p.jpg")
    assert not RobotsRules.read(file).allows("/private")


def test_should_not_take_a_longer_name_for_ours() -> None:
    assert rules("Disallow: /", agent="Lookalike-News").allows("/p.jpg")


def test_should_read_groups_of_several_programs_and_all_groups_of_one() -> None:
    file = (
        b"User-agent: lookalike\nUser-agent: Other\nDisallow: /a\n"
        b"User-agent: Other\nDisallow: /b\n"
        b"User-agent: Lookalike\nDisallow: /c\n"
    )
    found = RobotsRules.read(file)
    assert [found.allows(path) for path in ("/a", "/b", "/c")] == [False, True, False]


@pytest.mark.parametrize(
    "file",
    [
        b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /p\r\n",
        b"User-agent: *\rDisallow: /p",
        b"\xff\xfe\nUser-agent: *\nDisallow: /p",
    ],
)
def test_should_read_what_editors_of_all_systems_write(file: bytes) -> None:
    assert not RobotsRules.read(file).allows("/p")


@pytest.mark.parametrize(
    ("line", "seconds"),
    [("2", 2), (".5", 0.5), ("soon", 0), ("-1", 0), ("nan", 0), ("inf", 0), ("", 0)],
)
def test_should_read_the_delay_between_requests(line: str, seconds: float) -> None:
    assert rules(f"Crawl-delay: {line}").crawl_delay == seconds


def test_should_end_the_names_of_a_group_with_its_delay() -> None:
    file = b"User-agent: lookalike\nCrawl-delay: 2\nUser-agent: Other\nDisallow: /"
    assert RobotsRules.read(file).allows("/p")


@pytest.mark.parametrize(
    "file",
    [
        b"User-agent: *\nDisallow: /" + b"*a" * 200_000 + b"b",
        b"User-agent: *\n" + b"Disallow: *a*a*b\n" * 30_000,
        b"User-agent: lookalike\n" * 22_000 + b"Disallow: /b\n" * 1_000,
        b"User-agent:" + b" " * 400_000 + b"\nDisallow: /",
    ],
)
def test_should_read_files_that_are_made_to_take_long_in_no_time(file: bytes) -> None:
    begin = time.process_time()
    assert RobotsRules.read(file).allows("/" + "a" * 2_000)
    assert time.process_time() - begin < 5


def test_should_not_read_without_end() -> None:
    file = b"User-agent: *\n" + b"#" * MAX_READ_BYTES + b"\nDisallow: /"
    assert RobotsRules.read(file).allows("/p")
