from ..lines import Span
from .claude_code_quick import Answer, Silent

def read_lines(
    data: bytearray,
    start: int,
    stop: int,
    complete: bool,
    number: int,
    limit: int,
    span: type[Span],
    answer: type[Answer],
    silent: type[Silent],
    /,
) -> list[Span | Answer | Silent]: ...
