"""What a modal remembers while it is open: a submission says neither its channel nor its plan."""

import json
from dataclasses import asdict, dataclass, field

from bot.use_cases.common import Refused

MOST = 999_999_999  # of a number: what fits in a column that holds an id


@dataclass(frozen=True, slots=True)
class Metadata:
    """`private_metadata`, at most 3,000 characters. `channel_id` is the plan's; `private` says the modal was
    opened from a private conversation with Tandem. `version` is the step's when the modal opened.

    https://docs.slack.dev/reference/views/modal-views
    """

    channel_id: str
    plan_id: int = 0
    step_id: int = 0
    version: int = 0
    private: bool = False
    not_mine: bool = False  # the owner says that the step is somebody else's
    for_side: bool = False  # a lead names a person for their own side
    proposal_id: int = 0  # the proposal that a form answers
    to: str = ""  # the channel that a plan is to move to
    terms: str = ""  # what somebody looks at before they agree to it, by its hash
    along: str = ""  # ids of steps that a form offers to move along, with commas
    list_id: str = ""  # the list below, that somebody came from; its page and what it is narrowed down to
    page: int = 0
    filters: dict[str, str] = field(default_factory=dict)

    def dump(self) -> str:
        return json.dumps({key: value for key, value in asdict(self).items() if value})

    @classmethod
    def load(cls, text: str) -> "Metadata":
        """Raises `Refused` for what this version of Tandem never wrote."""
        try:
            data = json.loads(text)
            metadata = cls(**data)
        except (ValueError, TypeError):
            raise Refused("old_window") from None
        if any(type(value) is not type(getattr(_EMPTY, name)) for name, value in data.items()):
            raise Refused("old_window")
        if any(type(value) is int and not 0 <= value <= MOST for value in data.values()):
            raise Refused("old_window")
        return metadata

    @property
    def door(self) -> str | None:
        """The channel a request through this modal counts as coming from; `None` for a private one."""
        return None if self.private else self.channel_id


_EMPTY = Metadata("")
