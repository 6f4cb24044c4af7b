"""The rules curator: judgement without a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...memory.records import Memory
    from ...sessions.events import Transcript
    from ..draft import Draft, Judgement, Nearly


class RulesCurator:
    """Judges by named signals and written rules; the same input gives the same answer."""

    name = "rules"

    def distil(self, transcript: Transcript) -> list[Draft]:
        """Given a whole transcript, return what is worth keeping, best first."""
        from .distilling.distil import distil  # noqa: PLC0415 - who only judges needs no signals

        return distil(transcript)

    def nearly(self, transcript: Transcript) -> list[Nearly]:
        """Given a whole transcript, return what was nearly kept and why not, best first."""
        from .distilling.nearly import nearly  # noqa: PLC0415 - asked for by people only

        return nearly(transcript)

    def judge(self, older: Memory, newer: Memory) -> Judgement:
        """Given two memories, the older first, return how the newer stands to it."""
        from .relating.relations import judge  # noqa: PLC0415 - who only distils needs no relations

        return judge(older, newer)
