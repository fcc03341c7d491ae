"""Questions follow from catalogue and seed, and say what is right."""

from __future__ import annotations

from dataclasses import replace

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import RANDOM
from lookalike.evaluation.questions.question import IndexKind, Kind, Question
from lookalike.evaluation.questions.sampling import (
    EDITS_OF_UNRELATED,
    REDUCTION,
    QuestionSampler,
)
from lookalike.evaluation.screening import ScreenedPicture
from lookalike.evaluation.settings import SampleSize
from tests.unit.evaluation.builders import SOME_EDITS, entry, screened_pictures

SHOP = [
    *(entry(f"p{number}") for number in range(12)),
    entry("black", "shirt", "black", "main"),
    entry("red", "shirt", "red", "main"),
    entry("back", "shirt", "black", "back"),
]


def questions(
    entries: list[Entry] = SHOP,
    size: SampleSize = SampleSize(2, 20, 1),  # noqa: B008 - a value
    screened: dict[str, ScreenedPicture] | None = None,
) -> list[Question]:
    """All questions about the whole catalogue."""
    names = {e.entity_id for e in entries}
    return QuestionSampler(
        entries, screened or screened_pictures(entries), names, SOME_EDITS, size
    ).questions()


def of_kind(kind: Kind, found: list[Question]) -> list[Question]:
    """The questions of one kind."""
    return [question for question in found if question.kind is kind]


def test_should_ask_the_same_questions_in_every_run() -> None:
    assert questions() == questions()
    assert len({q.key for q in questions()}) == len(questions())


def test_should_ask_about_other_pictures_with_another_seed() -> None:
    one, other = (questions(size=SampleSize(2, 5, seed)) for seed in (1, 2))
    assert {q.query for q in one} != {q.query for q in other}


def test_should_ask_all_questions_of_a_smaller_run_in_a_larger_one() -> None:
    """What is asked of counterparts is different: their index holds those of the run."""
    smaller, larger = (questions(size=SampleSize(n, 3 * n, 1)) for n in (1, 3))
    kept = {q.key for q in smaller if q.index_kind is not IndexKind.WITH_COUNTERPARTS}
    assert kept < {q.key for q in larger}


def test_should_apply_every_edit() -> None:
    edits = of_kind(Kind.EDIT, questions())
    assert len({q.query for q in edits}) == 2
    assert [q.edit for q in edits] == [*SOME_EDITS.edits] * 2
    assert all(q.expected == (q.query,) for q in edits)


def test_should_leave_out_the_whole_product_if_nothing_is_right() -> None:
    unrelated = of_kind(Kind.UNRELATED, questions())
    shirts = [q for q in unrelated if q.query in {"black", "red", "back"}]
    assert shirts
    assert all(q.excluded == {"black", "red", "back"} for q in shirts)
    assert all(q.query in q.excluded and not q.expected for q in unrelated)


def test_should_ask_about_unrelated_pictures_as_they_are_and_edited() -> None:
    unrelated = of_kind(Kind.UNRELATED, questions())
    names = [q.edit for q in unrelated if q.query == "p3"]
    known = {"", *SOME_EDITS.edits, *SOME_EDITS.random}
    assert sorted(names) == sorted(known)
    assert len(known) - 1 <= EDITS_OF_UNRELATED


def test_should_ask_about_each_reduced_picture_once() -> None:
    reduced = of_kind(Kind.REDUCED, questions())
    assert {q.query for q in reduced} == {e.entity_id for e in SHOP}
    assert len(reduced) == len(SHOP)
    assert {q.edit for q in reduced} == {REDUCTION} <= set(RANDOM)
    assert {q.second_edit for q in reduced} == set(SOME_EDITS.edits)
    assert all(q.expected == (q.query,) and not q.excluded for q in reduced)


def test_should_expect_all_entries_that_show_one_picture() -> None:
    screened = screened_pictures(SHOP)
    screened["p2"] = screened["p1"]
    found = questions(size=SampleSize(20, 20, 1), screened=screened)
    about = [q for q in found if q.query in {"p1", "p2"}]
    assert len({q.query for q in about}) == 1
    assert {q.expected for q in of_kind(Kind.EDIT, about)} == {("p1", "p2")}
    assert all({"p1", "p2"} <= q.excluded for q in of_kind(Kind.UNRELATED, about))


def test_should_ask_for_other_colours_and_views() -> None:
    found = questions()
    colours = {q.query: q for q in of_kind(Kind.OTHER_COLOUR, found)}
    views = {(q.query, *q.expected): q for q in of_kind(Kind.OTHER_VIEW, found)}
    assert colours.keys() == {"black", "red"}
    assert colours["black"].expected == ("red",)
    assert colours["black"].excluded == {"black", "back"}
    assert {query for query, _ in views} == {"black", "red", "back"}
    assert views["back", "black"].excluded == {"back", "red"}
    assert views["back", "red"].excluded == {"back", "black"}
    assert len({question.key for question in found}) == len(found)


def test_should_leave_out_other_colours_of_a_recoloured_picture() -> None:
    """A picture dyed green would rightly be found as the green product."""
    found = questions(size=SampleSize(len(SHOP), 1, 1))
    excluded = {q.query: q.excluded for q in of_kind(Kind.RECOLOURED, found)}
    assert excluded["black"] == {"red", "back"}
    assert excluded["p1"] == set()


def test_should_not_ask_for_another_colour_that_is_not_visible() -> None:
    entries = [
        entry(name, group="shirt", colour=colour, view="main")
        for name, colour in (("black", "#000000"), ("blacker", "#010101"), ("red", "red"))
    ]
    sampler = QuestionSampler(
        entries, screened_pictures(entries), {"black"}, SOME_EDITS, SampleSize(1, 3, 1)
    )
    (asked,) = of_kind(Kind.OTHER_COLOUR, sampler.questions())
    assert asked.expected == ("red",)
    assert asked.excluded == {"black", "blacker"}


def test_should_leave_out_the_other_product_of_a_composite() -> None:
    for question in of_kind(Kind.COMPOSITE, questions()):
        assert question.other in question.excluded
        assert not {*question.expected} & question.excluded


def test_should_leave_out_everything_that_a_hard_negative_shows() -> None:
    asked = questions(size=SampleSize(15, 1, 1))
    found = of_kind(Kind.HARD_NEGATIVE, asked)
    counterparts = {q.query: q.counterpart for q in found}
    listings = {q.query: q.counterpart for q in of_kind(Kind.LISTING, asked)}
    for question in found:
        assert question.index_kind is IndexKind.WITH_COUNTERPARTS
        assert {question.query, question.other} <= question.excluded
        assert {counterparts[question.other], listings[question.other]} <= question.excluded
        assert listings[question.query] in question.excluded
        if question.query not in {"black", "red", "back"}:
            assert question.counterpart not in question.excluded


def test_should_ask_another_print_beside_other_prints_alone() -> None:
    """In a frame, the photograph has no print: the query is an edited copy of it."""
    edits = replace(SOME_EDITS, hard_negatives=("other_print", "other_label", "shared_frame"))
    names = {e.entity_id for e in SHOP}
    sampler = QuestionSampler(SHOP, screened_pictures(SHOP), names, edits, SampleSize(15, 1, 1))
    found = of_kind(Kind.HARD_NEGATIVE, sampler.questions())
    by_edit = {(q.edit, q.query): q for q in found}
    for name in names:
        asked = by_edit["other_print", name]
        assert by_edit["shared_frame", name].counterpart in asked.excluded
        assert by_edit["other_label", name].counterpart not in asked.excluded
        assert asked.counterpart not in asked.excluded


def test_should_ask_for_another_listing_in_place_of_the_picture() -> None:
    """Whatever else is made of the product is left out: it shows nearly the same."""
    asked = questions(size=SampleSize(15, 1, 1))
    found = of_kind(Kind.LISTING, asked)
    assert {q.query for q in found} == {e.entity_id for e in SHOP}
    framed = {q.query: q.counterpart for q in of_kind(Kind.HARD_NEGATIVE, asked)}
    shirts = {"black", "red", "back"}
    for question in found:
        assert question.index_kind is IndexKind.WITH_COUNTERPARTS
        assert question.expected == (question.counterpart,)
        assert {question.query, framed[question.query]} <= question.excluded
        assert question.counterpart not in question.excluded
        others = {q.counterpart for q in found if q.query in shirts} - {question.counterpart}
        assert others.issubset(question.excluded) is (question.query in shirts)


def test_should_ask_other_indexes_questions_of_the_whole() -> None:
    names = {e.entity_id for e in SHOP}
    sampler = QuestionSampler(
        SHOP, screened_pictures(SHOP), names, SOME_EDITS, SampleSize(2, 20, 1)
    )
    smaller = sampler.for_index(IndexKind.TENTH, "7")
    whole = {q.content for q in sampler.questions()}
    assert smaller
    assert {q.content for q in smaller} < whole
    assert {q.query for q in of_kind(Kind.EDIT, smaller)} <= set(sampler.tenth_of_catalogue())


def test_should_have_different_keys_for_different_questions() -> None:
    question = Question(Kind.EDIT, "crop10", "shop", "a", 1)
    others = [
        replace(question, kind=Kind.CHAIN),
        replace(question, edit="crop15"),
        replace(question, second_edit="grey"),
        replace(question, query="b"),
        replace(question, other="b"),
        replace(question, seed=2),
        replace(question, index_kind=IndexKind.GROWN),
        replace(question, index_version="9"),
    ]
    assert len({q.key for q in (question, *others)}) == 1 + len(others)


def test_should_ask_only_about_the_queried_entries() -> None:
    sampler = QuestionSampler(
        SHOP, screened_pictures(SHOP), {"p1"}, SOME_EDITS, SampleSize(5, 5, 1)
    )
    assert {q.query for q in sampler.questions()} == {"p1"}


def test_should_combine_only_the_queried_entries() -> None:
    queried = {"black", "p1", "p2"}
    sampler = QuestionSampler(
        SHOP, screened_pictures(SHOP), queried, SOME_EDITS, SampleSize(5, 5, 1)
    )
    kinds = {Kind.COMPOSITE, Kind.HARD_NEGATIVE}
    others = {q.other for q in sampler.questions() if q.kind in kinds}
    assert others
    assert others <= queried


def test_should_ask_for_other_renditions_of_a_photograph() -> None:
    """Nothing is asked where the only other entry shows the very same picture."""
    entries = [
        *(entry(name, "mug", view="main", photograph="p") for name in ("large", "small", "equal")),
        entry("other", "mug", view="back", photograph="q"),
        entry("twin", photograph="r"),
        entry("twin2", photograph="r"),
    ]
    screened = screened_pictures(entries)
    screened |= {"equal": screened["large"], "twin2": screened["twin"]}
    found = questions(entries, SampleSize(6, 6, 1), screened)
    asked = {q.query: q for q in of_kind(Kind.RENDITION, found)}
    assert asked.keys() == {"large", "small"}
    assert asked["large"].expected == ("small",)
    assert asked["large"].excluded == {"large", "equal"}
    assert asked["small"].expected == ("equal", "large")
    assert asked["small"].excluded == {"small"}


def test_should_take_renditions_for_right_answers() -> None:
    entries = [
        *(entry(name, "mug", view="main", photograph="p") for name in ("large", "small")),
        entry("other", "mug", view="back", photograph="q"),
    ]
    found = questions(entries, SampleSize(3, 3, 1))
    edits = {q.query: q.expected for q in of_kind(Kind.EDIT, found)}
    assert edits["large"] == edits["small"] == ("large", "small")
    views = [q for q in of_kind(Kind.OTHER_VIEW, found) if q.query == "large"]
    assert [q.expected for q in views] == [("other",)]
