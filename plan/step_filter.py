"""Which of a plan's steps somebody wants to see."""

from dataclasses import asdict, dataclass

from storage.models import Step, StepState

ANY = "any"
EQUALS = "="  # stands before what is asked for, so that "no phase" and "any phase" are two things
WAITING = "waiting"  # open, and its due day has ended
STATES = ("open", WAITING, "blocked", "done", "skipped")


@dataclass(frozen=True, slots=True)
class StepFilter:
    """Each part is "" for any, or `EQUALS` and what the step must have: `"=seller"`, `"=U0BEA"`, `"=Legal"`.

    An owner of `"="` is a step without a name. The owner's counterpart counts as an owner, too. A state is
    one of `STATES`; "open" is everything that is not finished.
    """

    side: str = ""
    owner: str = ""
    phase: str = ""
    state: str = ""

    @property
    def is_on(self) -> bool:
        return any((self.side, self.owner, self.phase, self.state))

    def as_dict(self) -> dict[str, str]:
        """The parts that say something."""
        return {name: part for name, part in asdict(self).items() if part}

    def fits(self, step: Step, *, is_waiting: bool) -> bool:
        """Whether the step is wanted. `is_waiting` says that its due day has ended where its owner is."""
        owners = {step.owner_id, step.counterpart_id} if step.owner_id else {""}
        return (
            self.side in ("", f"{EQUALS}{step.side.value}")
            and self.phase in ("", f"{EQUALS}{step.phase}")
            and (not self.owner or self.owner.removeprefix(EQUALS) in owners)
            and self._state_fits(step.state, is_waiting)
        )

    def _state_fits(self, state: StepState, is_waiting: bool) -> bool:
        wanted = self.state.removeprefix(EQUALS)
        if wanted == WAITING:
            return is_waiting
        return not wanted or wanted == state.value or (wanted == "open" and not state.is_finished)


EVERYTHING = StepFilter()
