"""Everything dreamd raises on purpose.

One root, so that an entry point can catch it. The first line of a subclass's docstring is its message: verb first,
lower case, the subject in quotes, no full stop. The advice is a separate ``hint``.
"""

from __future__ import annotations

import errno

#: what a system reports when a file system's server, or the program that serves it here, is gone
_GONE = frozenset(
    {errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETUNREACH}
    | {errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.ESHUTDOWN, errno.ENODEV}
)

_ROOM = "make room there, then try again; what was committed is kept"
#: what helps against an error of writing, where that is no matter of what the file system can do
_HELPS = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EROFS: "it is mounted read-only here: write from another host, or mount it otherwise",
    **dict.fromkeys((errno.EACCES, errno.EPERM), "your account may not do that: ask whoever owns it, or its group"),
}

_RIGHTS = (
    "this account may not read it: have its owner give the right (owner, group, mode), or run as one that has it; "
    "nothing has been changed"
)
_LATER = (
    "too much is open on this machine or for this account: close some of it, then try again; nothing has been changed"
)
#: what helps against an error of reading, where that is no matter of the file system
_READS = {
    **dict.fromkeys((errno.EACCES, errno.EPERM), _RIGHTS),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE, errno.ENOMEM), _LATER),
    errno.ELOOP: "put what belongs there back in the place of the link; nothing has been changed",
}


class DreamdError(Exception):
    """cannot go on"""

    #: the process's exit code when this error ends it (the table is in the README)
    exit_code = 1
    #: what to do about it, printed on a line of its own
    hint = ""

    def __init__(self, subject: str = "", detail: str = "", hint: str = "") -> None:
        """Given what the error is about and what is known of the cause, make the message."""
        message = (self.__doc__ or "").strip().splitlines()[0]
        if subject:
            # A name from elsewhere, which must not make up another line of what is said.
            message = f"{message} '{chr(0xFFFD).join(subject.splitlines())}'"
        if detail:
            message = f"{message}: {detail}"
        super().__init__(message)
        self.subject = subject
        self.detail = detail
        if hint:
            self.hint = hint


class ConfigError(DreamdError):
    """cannot use the configuration"""

    exit_code = 2


class SettingsError(DreamdError):
    """cannot change"""

    exit_code = 2


class UsageError(DreamdError):
    """cannot understand"""

    exit_code = 2
    hint = "see --help"


class NoStoreError(DreamdError):
    """found no store at"""

    exit_code = 10
    hint = "mount its file system if it lies on one; or create one with 'dreamd init DIR', or name one with --store DIR"


class BusyError(DreamdError):
    """is already dreaming on"""

    exit_code = 11


class HeldError(BusyError):
    """cannot unlock"""


class CollectingError(BusyError):
    """is already collecting for"""


class RoleError(DreamdError):
    """has another role here for"""

    exit_code = 13


class DamagedError(DreamdError):
    """found damage in"""

    exit_code = 12
    hint = "run 'dreamd check' to see all of it; nothing has been changed"


class FormatError(DreamdError):
    """cannot read a store of a newer format at"""

    exit_code = 13
    hint = "upgrade dreamd on this machine; an older one must not touch this store"


class RefusedError(DreamdError):
    """refused the plan for"""

    exit_code = 13


class LossBoundError(RefusedError):
    """refused the plan for"""


class StaleBaseError(DreamdError):
    """lost the race for generation"""

    hint = "somebody else committed first; nothing was changed, the next run starts from their generation"


class TrustError(DreamdError):
    """cannot take a program's word for"""

    exit_code = 13
    hint = "type it at a terminal yourself; agents can 'dreamd remember', at an agent's trust"


class PurgeError(DreamdError):
    """refused to purge"""

    exit_code = 13
    hint = "nothing has been changed"


class PublishError(DreamdError):
    """cannot publish"""

    hint = "the ledger is whole; the next run publishes it"


class ServiceError(DreamdError):
    """cannot run as a service:"""


class MountError(DreamdError):
    """cannot keep a store on"""

    exit_code = 13
    hint = "the file system must be writable and support hard links; choose another directory"

    @classmethod
    def at(cls, root: str, error: OSError) -> MountError:
        """Given a store's folder and an error of the system on writing there, return what it means and what helps."""
        reason = error.strerror or str(error)
        return UnreachableError.of(error) or MountError(root, reason, _HELPS.get(error.errno or 0, ""))


class UnknownOutcomeError(DreamdError):
    """cannot tell whether it was written:"""

    hint = "see with 'dreamd log' whether the generation is there, and go on from what it says; nothing is torn or lost"


class UnreachableError(MountError):
    """cannot reach"""

    hint = "see that its file system is mounted and its server answers, then try again; what was committed is kept"

    @classmethod
    def of(cls, error: OSError) -> UnreachableError | None:
        """Given an error of the system, return what it means where a file system has gone away, else None."""
        return cls(str(error.filename or ""), error.strerror or str(error)) if error.errno in _GONE else None


class BlockedError(DreamdError):
    """cannot use"""

    exit_code = 13

    @classmethod
    def of(cls, error: OSError, place: str = "") -> BlockedError | None:
        """Given an error of the system and where it came up, return what helps where somebody can help, else None."""
        helps = _HELPS.get(error.errno or 0)
        return cls(str(error.filename or place), error.strerror or str(error), helps) if helps else None


class UnreadableError(DreamdError):
    """cannot read"""

    exit_code = 13
    hint = "see that its file system is mounted and answers, then try again; nothing has been changed"

    @classmethod
    def of(cls, path: str, error: OSError) -> DreamdError:
        """Given what there is and an error of the system on reading it, return what it means and what helps.

        Nothing is known then of what stands there, and so it is no damage.
        """
        return UnreachableError.of(error) or cls(path, error.strerror or str(error), _READS.get(error.errno or 0, ""))


class LogError(DreamdError):
    """cannot read the log"""


class WorkerError(DreamdError):
    """lost the"""

    hint = "run 'dreamd check'; the run's report under .dreamd/runs has all that it said"

    def __init__(self, subject: str = "", detail: str = "", hint: str = "", *, output: str = "") -> None:
        """Given also what the process said last, keep it for the run's report."""
        super().__init__(subject, detail, hint)
        self.output = output


class CageError(DreamdError):
    """refused to start without a whole cage the"""

    exit_code = 13
    hint = (
        "give this machine what is missing, or set 'cage: best-effort' to go on with what it has; "
        "docs/decisions/0019 says what each layer is for"
    )


class RememberError(DreamdError):
    """cannot remember"""

    exit_code = 2


class NotFoundError(DreamdError):
    """found nothing called"""
