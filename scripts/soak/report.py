"""The report of a soak: what grows, and how the service answered."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from scripts.benchmarks.report import Section, Target, table
from scripts.soak.mix import ACTORS, Outcomes
from scripts.soak.observation import QUIET, Observation
from scripts.soak.samples import Sample
from scripts.soak.slopes import CONFIDENCE, WARM_UP, Growth, growth, growth_table

BOUNDS = {"memory": 0.5, "descriptors": 0.2, "threads": 0.2, "children": 0.2}
"""Growth in a minute that is still good: MiB, and numbers."""
UNITS = {"memory": "resident memory, MiB", "children": "worker processes"}
MAX_SLOWING = 0.01
"""Growth of the latency, and of the processor time of an answer, in a minute that is still good, as
a share of the median."""


def section(seen: Observation) -> Section:
    """The observation as a part of the performance report."""
    growths = found_growths(seen)
    minutes = (seen.samples[-1].at - seen.samples[0].at) / 60 if seen.samples else 0.0
    explained = (
        f"{minutes:.1f} minutes of mixed load (`python -m scripts.soak`): {_mix()}; "
        f"{QUIET} idle and {QUIET} dripping connections. Growth is the median slope of all pairs "
        f"of samples (Theil and Sen) with its {CONFIDENCE:.0%} interval, without the first "
        f"{WARM_UP:.0%} of the time. It is good unless the whole interval is above the bound."
    )
    parts = [
        explained,
        growth_table(growths) if growths else "Too short to tell what grows.",
        table(["requests", "answers by status", "connections ended"], _answers(seen.outcomes)),
        *(["**The service has ended before the load did.**"] if seen.has_ended else []),
    ]
    return Section("Soak", "\n\n".join(parts), [_target(growths, seen)])


def is_good(seen: Observation) -> bool:
    """Whether nothing grows, all answers were as expected, and the service went on."""
    grows = any(not each.is_good for each in found_growths(seen))
    return not (grows or seen.outcomes.unexpected or seen.has_ended)


def found_growths(seen: Observation) -> list[Growth]:
    """How everything grows of which there are enough samples."""
    times = [sample.at for sample in seen.samples]
    found = [
        growth(UNITS.get(name, name), times, [getattr(each, name) for each in seen.samples], bound)
        for name, bound in BOUNDS.items()
    ]
    costs, latencies = _costs(seen), _latencies(seen.samples, seen.outcomes)
    found.append(growth("processor time of an answer, ms", times[1:], costs, _bound(costs)))
    # What other programs take makes latencies grow, too.
    bound = _bound(latencies) if seen.is_alone else math.inf
    found.append(growth("check by body, ms", times[1:], latencies, bound))
    return [each for each in found if each is not None]


def _bound(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return MAX_SLOWING * float(np.median(known)) if known else 0.0


def _costs(seen: Observation) -> list[float]:
    """The processor time in ms for each answer between each two samples; NaN without answers."""
    answered, samples = pairwise(seen.answered), pairwise(seen.samples)
    return [
        1e3 * (last.processor - first.processor) / (after - before) if after > before else math.nan
        for (before, after), (first, last) in zip(answered, samples, strict=True)
    ]


def _latencies(samples: Sequence[Sample], outcomes: Outcomes) -> list[float]:
    """The median latency in ms between each two samples; NaN where nothing was answered."""
    moments = np.array([at for at, _ in outcomes.latencies])
    seconds = np.array([took for _, took in outcomes.latencies])
    edges = np.searchsorted(moments, [sample.at for sample in samples])
    return [
        1e3 * float(np.median(seconds[begin:end])) if end > begin else math.nan
        for begin, end in pairwise(edges)
    ]


def _mix() -> str:
    return ", ".join(f"{actor.name} (pause {actor.pause:g} s)" for actor in ACTORS)


def _answers(outcomes: Outcomes) -> Iterator[list[str]]:
    for actor in ACTORS:
        statuses = sorted(status for name, status in outcomes.answers if name == actor.name)
        counts = (
            f"{status}: {outcomes.answers[actor.name, status]:,}"
            + ("**, unexpected**" if (actor.name, status) in outcomes.unexpected else "")
            for status in statuses
        )
        yield [actor.name, ", ".join(counts), f"{outcomes.broken[actor.name]:,}"]


def _target(growths: Sequence[Growth], seen: Observation) -> Target:
    bad = [each.name for each in growths if not each.is_good]
    return Target(
        "nothing grows under mixed load, and every answer is as expected",
        "nothing",
        ", ".join(bad) or f"{seen.outcomes.unexpected.total()} unexpected answers",
        is_good(seen),
    )
