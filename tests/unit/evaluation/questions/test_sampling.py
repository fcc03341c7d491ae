"""What is asked follows from the catalogue and the seed, and says what is right."""

from __future__ import annotations

from dataclasses import replace

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.questions.question import Held, Kind, Question
from lookalike.evaluation.questions.sampling import EDITS_OF_UNRELATED, Amount, Questioner
from lookalike.evaluation.screening import Look
from tests.unit.evaluation.builders import LIBRARY, entry, looks_of

SHOP = [
    *(entry(f"p{number}") for number in range(12)),
    entry("black", "shirt", "black", "main"),
    entry("red", "shirt", "red", "main"),
    entry("back", "shirt", "black", "back"),
]


def questions(
    entries: list[Entry] = SHOP,
    amount: Amount = Amount(2, 20, 1),  # noqa: B008 - a value
    looks: dict[str, Look] | None = None,
) -> list[Question]:
    """All questions about a catalogue."""
    names = {e.entity_id for e in entries}
    return Questioner(entries, looks or looks_of(entries), names, LIBRARY, amount).questions()


def of_kind(kind: Kind, found: list[Question]) -> list[Question]:
    """Those of one kind."""
    return [question for question in found if question.kind is kind]


def test_should_ask_the_same_again() -> None:
    assert questions() == questions()
    assert len({q.key for q in questions()}) == len(questions())


def test_should_ask_about_others_with_another_seed() -> None:
    one, other = (questions(amount=Amount(2, 5, seed)) for seed in (1, 2))
    assert {q.query for q in one} != {q.query for q in other}


def test_should_ask_all_of_a_smaller_run_in_a_larger_one() -> None:
    """But for hard negatives, whose index holds what the run made."""
    smaller, larger = (questions(amount=Amount(n, 3 * n, 1)) for n in (1, 3))
    kept = {q.key for q in smaller if q.kind is not Kind.HARD_NEGATIVE}
    assert kept < {q.key for q in larger}


def test_should_go_through_every_edit() -> None:
    edits = of_kind(Kind.EDIT, questions())
    assert len({q.query for q in edits}) == 2
    assert [q.name for q in edits] == [*LIBRARY.edits] * 2
    assert all(q.expected == (q.query,) for q in edits)


def test_should_take_the_whole_product_away_where_nothing_is_right() -> None:
    unrelated = of_kind(Kind.UNRELATED, questions())
    shirts = [q for q in unrelated if q.query in {"black", "red", "back"}]
    assert shirts
    assert all(q.without == {"black", "red", "back"} for q in shirts)
    assert all(q.query in q.without and not q.expected for q in unrelated)


def test_should_ask_unrelated_ones_as_they_are_and_edited() -> None:
    unrelated = of_kind(Kind.UNRELATED, questions())
    names = [q.name for q in unrelated if q.query == "p3"]
    known = {"", *LIBRARY.edits, *LIBRARY.random}
    assert sorted(names) == sorted(known)
    assert len(known) - 1 <= EDITS_OF_UNRELATED


def test_should_know_entries_that_show_one_picture() -> None:
    looks = looks_of(SHOP)
    looks["p2"] = looks["p1"]
    found = questions(amount=Amount(20, 20, 1), looks=looks)
    about = [q for q in found if q.query in {"p1", "p2"}]
    assert len({q.query for q in about}) == 1
    assert {q.expected for q in of_kind(Kind.EDIT, about)} == {("p1", "p2")}
    assert all({"p1", "p2"} <= q.without for q in of_kind(Kind.UNRELATED, about))


def test_should_ask_for_other_colours_and_views() -> None:
    found = questions()
    colours = {q.query: q for q in of_kind(Kind.OTHER_COLOUR, found)}
    views = {(q.query, *q.expected): q for q in of_kind(Kind.OTHER_VIEW, found)}
    assert colours.keys() == {"black", "red"}
    assert colours["black"].expected == ("red",)
    assert colours["black"].without == {"black", "back"}
    assert {query for query, _ in views} == {"black", "red", "back"}
    assert views["back", "black"].without == {"back", "red"}
    assert views["back", "red"].without == {"back", "black"}
    assert len({question.key for question in found}) == len(found)


def test_should_ask_for_a_recoloured_picture_without_the_colours_that_are_there() -> None:
    """What is dyed green is rightly found as the green one, where there is one."""
    found = questions(amount=Amount(len(SHOP), 1, 1))
    without = {q.query: q.without for q in of_kind(Kind.RECOLOURED, found)}
    assert without["black"] == {"red", "back"}
    assert without["p1"] == set()


def test_should_not_ask_for_another_colour_that_does_not_show() -> None:
    entries = [
        entry(name, group="shirt", colour=colour, view="main")
        for name, colour in (("black", "#000000"), ("blacker", "#010101"), ("red", "red"))
    ]
    questioner = Questioner(entries, looks_of(entries), {"black"}, LIBRARY, Amount(1, 3, 1))
    (asked,) = of_kind(Kind.OTHER_COLOUR, questioner.questions())
    assert asked.expected == ("red",)
    assert asked.without == {"black", "blacker"}


def test_should_show_another_product_beside_and_leave_it_out() -> None:
    for question in of_kind(Kind.COMPOSITE, questions()):
        assert question.other in question.without
        assert not {*question.expected} & question.without


def test_should_look_for_nothing_that_a_hard_negative_shows() -> None:
    found = of_kind(Kind.HARD_NEGATIVE, questions(amount=Amount(15, 1, 1)))
    made = {q.query: q.made_entry for q in found}
    for question in found:
        assert question.held is Held.MADE
        assert {question.query, question.other} <= question.without
        assert made[question.other] in question.without
        if question.query not in {"black", "red", "back"}:
            assert question.made_entry not in question.without


def test_should_ask_of_other_sizes_what_is_asked_of_the_whole() -> None:
    names = {e.entity_id for e in SHOP}
    questioner = Questioner(SHOP, looks_of(SHOP), names, LIBRARY, Amount(2, 20, 1))
    smaller = questioner.at_other_size(Held.TENTH, "7")
    whole = {q.content for q in questioner.questions()}
    assert smaller
    assert {q.content for q in smaller} < whole
    assert {q.query for q in of_kind(Kind.EDIT, smaller)} <= set(questioner.tenth())


def test_should_have_keys_that_differ() -> None:
    question = Question(Kind.EDIT, "crop10", "shop", "a", 1)
    others = [
        replace(question, kind=Kind.CHAIN),
        replace(question, name="crop15"),
        replace(question, then="grey"),
        replace(question, query="b"),
        replace(question, other="b"),
        replace(question, seed=2),
        replace(question, held=Held.GROWN),
        replace(question, index="9"),
    ]
    assert len({q.key for q in (question, *others)}) == 1 + len(others)


def test_should_ask_only_about_what_may_be_asked() -> None:
    questioner = Questioner(SHOP, looks_of(SHOP), {"p1"}, LIBRARY, Amount(5, 5, 1))
    assert {q.query for q in questioner.questions()} == {"p1"}


def test_should_show_beside_only_what_may_be_asked() -> None:
    asked = {"black", "p1", "p2"}
    questioner = Questioner(SHOP, looks_of(SHOP), asked, LIBRARY, Amount(5, 5, 1))
    made = {Kind.COMPOSITE, Kind.HARD_NEGATIVE}
    others = {q.other for q in questioner.questions() if q.kind in made}
    assert others
    assert others <= asked
