"""The exceptions of engraph."""

from __future__ import annotations


class EngraphError(Exception):
    """Something failed: the text says what and why, `hint` what to do about it.

    >>> import engraph
    >>> try:
    ...     engraph.connectome("cook2019_hermm")
    ... except engraph.EngraphError as error:
    ...     print(error.hint)
    did you mean `cook2019_herm`?
    """

    hint: str | None

    def __init__(self, text: str, hint: str | None = None) -> None:
        super().__init__(text if hint is None else f"{text}\n  hint: {hint}")
        self.hint = hint
        self._text = text

    def __reduce__(self) -> tuple[type[EngraphError], tuple[str, str | None]]:
        return type(self), (self._text, self.hint)


class UsageError(EngraphError, ValueError):
    """What was asked for is impossible: a wrong word, type or range. It is a `ValueError` too.

    >>> import engraph
    >>> engraph.count_motifs(connectome="cook2019_herm", motif="xor55")
    Traceback (most recent call last):
    ...
    engraph._errors.UsageError: unknown motif `xor55`; ...
    """
