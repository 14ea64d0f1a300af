"""What people ask: "what next?", "who has 4?", "4 done?". Text is still escaped.

A question is answered with what is shown, and nothing is done for it: who asks "4 done?" has ticked nothing.
"""

import re

from bot.listeners.lines import LINK, begins_with_a_step, read_step_line
from bot.listeners.text import unescape
from bot.listeners.word_order import OF_A_STEP, two_readings
from plan.phrases import kind_of

SHORT = 300  # characters in which a number is looked for
MOST_WORDS = 9  # of a question; longer ones ask for more than a step shows
ITS = "(?:'?s| is| are)?"
WHOLE_PLAN = tuple(
    (re.compile(pattern), order)
    for pattern, order in (
        (rf"what{ITS} (?:mine|(?:next|left|open|to do)? ?(?:for|on) me)", "mine"),
        (r"what (?:do|should|must) i (?:(?:still )?(?:have|need) to )?do(?: next| now)?", "mine"),
        (r"(?:show (?:me )?)?my (?:open )?(?:steps|tasks|to-?dos?|list|part)", "mine"),
        (
            rf"what{ITS} (?:still )?(?:left|missing|open|outstanding|to do|to be done)(?: for us| to do)*",
            "steps open",
        ),
        (r"what do we (?:still )?(?:have|need) to do", "steps open"),
        (rf"(?:what|which|what steps|which steps){ITS} (?:blocked|stuck)", "steps blocked"),
        (rf"(?:what|which|what steps|which steps){ITS} (?:done|finished)(?: already)?", "steps done"),
        (
            rf"(?:(?:and |so )?what{ITS} (?:(?:the |our |up )?next(?: steps?)?|now)|next(?: steps?)?)"
            r"(?: for us)?(?: to do)?",
            "status",
        ),
        (r"where (?:are we(?: at| now)?|do we stand)(?: now)?", "status"),
        (r"how (?:are we doing|do we stand|does it look|far are we|is it going|are things)", "status"),
        (r"are we (?:still )?(?:on track|on time|late)", "status"),
        (rf"what{ITS} the (?:status|plan|state)", "status"),
        (r"(?:show (?:me |us )?)?(?:the |our )?plan(?: please)?", "status"),
        (r"(?:show (?:me |us )?)(?:the |all )?(?:open )?steps", "steps"),
    )
)
# "who has 4", "when is step 4 due", "is 4 done", "show me 4"
ASKS_OF_A_STEP = re.compile(
    r"(?:who|whose|who's|when|when's|what|what's|whats|where|why|how|is|was|has|did|show|tell"
    r"|status of|about)(?= )(?: (?!\d)[^\s\d#]+)* (?:step )?#?(?P<number>[1-9]\d{0,3})(?P<rest>(?: [^\d]+)?)"
)
A_NUMBER = re.compile(r"(?<![\w.,/:#-])#?(?P<number>[1-9]\d{0,3})(?![\w%/:-]|[.,]\d)", re.ASCII)
# Of these a question mark is a question; the others take words of one's own, which may ask what they like.
TAKES_WORDS = ("note", "notes", "open", "edit", "block", "skip", "title", "describe", "phase", "role", "link")
DOES_IT = OF_A_STEP - {*TAKES_WORDS, "proof"}
ENDS_IN_ONE = frozenset(("block", "skip"))


def question_meant(text: str) -> str | None:
    """What answers a question, in the words of an order that shows and changes nothing."""
    said = " ".join(unescape(text).replace("’", "'").lower().split()).rstrip(" ?!.,")
    said = said.removesuffix(" please").rstrip(" ,")
    for pattern, order in WHOLE_PLAN:
        if pattern.fullmatch(said):
            return order
    found = ASKS_OF_A_STEP.fullmatch(said)
    if found is None or len(said.split()) > MOST_WORDS:
        return None
    if kind_of(f"{found['number']}{' '.join(found['rest'].split(' ')[:2])}"):  # "what is on 4 May"
        return None
    return f"open {found['number']}"


def must_be_no_question(verb: str, rest: str, text: str) -> None:
    """Raises `Refused`: two_readings for "4 done?", which ticks it, or asks whether it is so. `rest` is what
    the verb gets of the text."""
    words = LINK.sub("", text)
    asks = "?" in words if verb in DOES_IT else verb in ENDS_IN_ONE and words.rstrip().endswith("?")
    if not asks or not begins_with_a_step(rest):
        return
    number = read_step_line(rest).number
    plainly = " ".join(re.sub(r"[(]?[?]+[!?)]*", "", LINK.sub("", rest)).split())
    raise two_readings(text, f"{verb} {plainly}", f"open {number}")


def one_step_in(text: str) -> int:
    """The number of the one step that words may be about, 0 for none or several. "14 Aug" is no step."""
    words = unescape(text)
    if len(words) > SHORT:
        return 0
    found = {int(one["number"]) for one in A_NUMBER.finditer(words) if not _is_of_a_day(words, one)}
    return found.pop() if len(found) == 1 else 0


def _is_of_a_day(words: str, found: re.Match[str]) -> bool:
    number, before, behind = found["number"], words[: found.start()].split(), words[found.end() :].split()
    days = " ".join([number, *behind[:1]]), " ".join([*before[-1:], number])
    return any(kind_of(day) for day in days)
