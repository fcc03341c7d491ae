"""Families of drawn strength do what their names say, on pictures whose parts are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image, ImageOps

from lookalike.evaluation.edits import RANDOM, Change, families, losses
from lookalike.evaluation.edits.renditions import trimmed
from lookalike.evaluation.edits.turns import _inscribed
from tests.images import picture
from tests.unit.evaluation.edits.drawing import SEEDS, Levels, edited, edited_by_all


def _changed_shares(name: str, source: Image.Image) -> list[float]:
    before = np.asarray(source, np.float32)
    return [float((levels != before).any(axis=2).mean()) for levels in edited_by_all(name, source)]


def _plain(level: int = 128, size: tuple[int, int] = (160, 120)) -> Image.Image:
    return Image.new("RGB", size, (level,) * 3)


def _detail(levels: Levels) -> float:
    """Mean difference of neighbours."""
    return float(np.abs(np.diff(levels, axis=1)).mean())


def test_should_let_15_to_80_percent_through_a_veil() -> None:
    """A veil of any colour leaves that share of the distance from black to white somewhere."""
    black, white = (edited_by_all("random_veil", _plain(level)) for level in (0, 255))
    left = [(w - b).max(axis=2) / 255 for b, w in zip(black, white, strict=True)]
    strongest = [float(share.min()) for share in left]
    assert 0.14 < min(strongest) < 0.25
    assert 0.65 < max(strongest) < 0.82
    even = [float(np.ptp(share)) < 0.02 for share in left]
    assert 8 < sum(even) < 32


def test_should_leave_the_middle_of_a_vignette() -> None:
    for levels in edited_by_all("random_vignette", _plain()):
        assert np.abs(levels[60, 80] - 128).max() <= 2
        corners = levels[[0, 0, -1, -1], [0, -1, 0, -1]]
        assert np.abs(corners - 128).max() > 50


def test_should_cover_a_part_with_stripes() -> None:
    shares = _changed_shares("random_stripes", _plain(size=(640, 480)))
    assert 0.05 < min(shares) < 0.25
    assert 0.4 < max(shares) < 0.75


def test_should_change_light_without_moving_anything() -> None:
    ramp = Image.linear_gradient("L").convert("RGB")
    for levels in edited_by_all("random_strong_light", ramp):
        assert (np.diff(levels[:, 0, 0]) >= 0).all()
    means = [levels.mean() for levels in edited_by_all("random_strong_light", ramp)]
    assert min(means) < 70
    assert max(means) > 170


def test_should_exchange_channels() -> None:
    source = Image.new("RGB", (2, 2), (1, 2, 3))
    seen = {tuple(levels[0, 0].tolist()) for levels in edited_by_all("random_channels", source)}
    assert seen == set(itertools.permutations((1, 2, 3))) - {(1, 2, 3)}


def test_should_keep_the_order_of_greys_under_a_filter() -> None:
    """Any filter shows a brighter grey at least as bright."""
    ramp = Image.linear_gradient("L").convert("RGB")
    for levels in edited_by_all("random_filter", ramp):
        assert (np.diff(levels[:, 0].mean(axis=1)) >= -1.5).all()


@pytest.mark.parametrize("name", ["random_strong_blur", "random_reduced"])
def test_should_lose_detail_at_the_same_size(name: str) -> None:
    rng = np.random.default_rng(0)
    noisy = Image.fromarray(rng.integers(0, 256, (224, 224, 3), dtype=np.uint8))
    before = _detail(np.asarray(noisy, np.float32))
    for levels in edited_by_all(name, noisy):
        assert levels.shape == (224, 224, 3)
        assert _detail(levels) < before / 3


def test_should_show_squares_of_one_colour() -> None:
    for levels in edited_by_all("random_pixelated", picture(400, 300)):
        edges = np.abs(np.diff(levels, axis=1)).max(axis=(0, 2)) > 0
        assert 20 < edges.sum() < 90


def test_should_reduce_the_number_of_colours() -> None:
    for levels in edited_by_all("random_posterised", picture(200, 150)):
        assert all(len(np.unique(levels[:, :, channel])) <= 32 for channel in range(3))


@pytest.mark.parametrize("name", ["random_grain", "random_oversharpened"])
def test_should_add_contrast_between_neighbours(name: str) -> None:
    source = picture(200, 150)
    before = _detail(np.asarray(source, np.float32))
    assert all(_detail(levels) > before for levels in edited_by_all(name, source))


def test_should_encode_with_low_quality(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[str, int]] = []

    def _kept(image: Image.Image, quality: int, file_format: str = "JPEG") -> Image.Image:
        drawn.append((file_format, quality))
        return image

    monkeypatch.setattr(losses, "reencode", _kept)
    edited_by_all("random_low_quality", _plain())
    jpeg, webp = ([q for name, q in drawn if name == kind] for kind in ("JPEG", "WEBP"))
    assert 5 <= min(jpeg) < max(jpeg) <= 20
    assert 1 <= min(webp) < max(webp) <= 15


@pytest.mark.parametrize(
    "name", ["random_face", "random_shape", "random_stickers", "random_writing", "random_holes"]
)
def test_should_cover_a_part_and_leave_the_rest(name: str) -> None:
    source = picture(200, 260)
    shares = _changed_shares(name, source)
    assert 0 < min(shares) < 0.1
    assert 0.1 < max(shares) < 0.85


def test_should_put_text_beside_or_on_the_whole_picture() -> None:
    source = picture(60, 80)
    inside = np.asarray(source)
    taller = 0
    for seed in SEEDS:
        shown = np.asarray(edited("random_meme", source, seed))
        if shown.shape[0] > 80:
            windows = np.lib.stride_tricks.sliding_window_view(shown, inside.shape)
            assert (windows == inside).all(axis=(-3, -2, -1)).any()
            taller += 1
    assert 10 < taller < 40


def test_should_change_30_to_60_percent_from_one_side() -> None:
    source = picture(200, 160)
    shares = _changed_shares("random_half", source)
    assert max(shares) <= 0.61
    assert np.median(shares) > 0.2


def test_should_turn_by_any_angle() -> None:
    sizes = {levels.shape[:2] for levels in edited_by_all("random_rotation", picture(100, 140))}
    assert len(sizes) > 20
    assert min(min(size) for size in sizes) < 100 < max(max(size) for size in sizes)


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (100, 100), (600, 90)])
@pytest.mark.parametrize("degrees", [0, 10, 44, 45, 46, 90, 135, 200, 359])
def test_should_find_the_largest_rectangle_inside_a_rotated_one(
    size: tuple[int, int], degrees: float
) -> None:
    """Its corners, turned back, are within the picture, and at least two touch its border."""
    width, height = _inscribed(size, degrees)
    angle = np.radians(degrees)
    corners = np.array([(width, height), (width, -height), (-width, height), (-width, -height)]) / 2
    back = corners @ np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    room = np.array(size) / 2 - np.abs(back)
    assert room.min() > -1e-6
    assert (room.min(axis=1) < 1e-6).sum() >= 2


def test_should_stretch_by_up_to_160_percent() -> None:
    aspects = [
        levels.shape[1] / levels.shape[0]
        for levels in edited_by_all("random_stretch", _plain(size=(200, 200)))
    ]
    assert 0.59 < min(aspects) < 0.75
    assert 1.35 < max(aspects) < 1.62


def test_should_keep_the_middle_of_rounded_corners() -> None:
    source = picture(120, 160)
    for seed in SEEDS:
        shown = edited("random_corners", source, seed)
        box = (30, 40, 90, 120)
        assert shown.crop(box).tobytes() == source.crop(box).tobytes()


@pytest.mark.parametrize("name", ["random_page", "random_photo_frame"])
def test_should_put_the_picture_on_something_larger(name: str) -> None:
    for seed in SEEDS:
        source = Image.new("RGB", (200, 200), (255, 0, 255))
        shown = np.asarray(edited(name, source, seed))
        assert 0.94 * 200 * 200 < (shown == (255, 0, 255)).all(axis=2).sum() <= 200 * 200
        assert shown.shape[0] * shown.shape[1] > 1.05 * 200 * 200


def test_should_reduce_renditions_to_150_to_400_pixels() -> None:
    sides = [max(levels.shape) for levels in edited_by_all("random_rendition", picture(600, 700))]
    assert 150 <= min(sides) < 200
    assert 330 < max(sides) <= 400


def test_should_not_enlarge_renditions_nor_reduce_below_64_pixels() -> None:
    for size in ((90, 130), (1000, 80)):
        shapes = [levels.shape[:2] for levels in edited_by_all("random_rendition", picture(*size))]
        assert max(max(shape) for shape in shapes) <= 1.6 * max(size)
        assert min(min(shape) for shape in shapes) >= 64


def test_should_trim_margins_of_one_colour() -> None:
    inside = picture(60, 80)
    assert trimmed(ImageOps.expand(inside, 30, (255, 255, 255))).size == (60, 80)
    assert trimmed(_plain()).size == (160, 120)


def test_should_draw_chains_of_all_families(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each family is replaced by one that writes down its name."""
    drawn: list[list[str]] = []
    for name in families.RANDOM:
        if name != "random_long_chain":
            monkeypatch.setitem(families.RANDOM, name, _writing(name, drawn))
    for seed in range(300):
        drawn.append([])
        families.random_long_chain(_plain(), np.random.default_rng(seed))
    assert {len(names) for names in drawn} == {2, 3, 4}
    assert {name for names in drawn for name in names} == {n for n in RANDOM if "_chain" not in n}
    for names in drawn:
        is_loss = [name in families._LAST for name in names]
        assert is_loss == sorted(is_loss)


def _writing(name: str, drawn: list[list[str]]) -> Change:
    def edit(image: Image.Image, _: np.random.Generator) -> Image.Image:
        drawn[-1].append(name)
        return image

    return edit
