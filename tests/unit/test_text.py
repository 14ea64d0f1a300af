"""Text arrives escaped from commands and events; a person reads it as it was typed."""

from bot.listeners.text import mentioned, plain_words, split_at_bot, unescape


def test_escaped_text_is_unescaped_once() -> None:
    assert unescape("R&amp;D &lt;b&gt; &amp;lt;") == "R&D <b> &lt;"


def test_a_mention_in_a_title_becomes_the_name() -> None:
    assert plain_words("Ask <@U0BEA|bea> about R&amp;D", {"U0BEA": "Bea"}) == "Ask @Bea about R&D"


def test_a_link_keeps_its_words_and_its_address_and_a_channel_becomes_its_name() -> None:
    said = plain_words("See <https://x.example/a?b&amp;c|the draft> in <#C1|deals>", {})
    assert said == "See the draft (https://x.example/a?b&c) in #deals"


def test_an_address_that_slack_made_a_link_of_is_as_it_was_typed() -> None:
    assert plain_words("See <https://x.example>", {}) == "See https://x.example"
    assert plain_words("See <http://x.example|x.example>", {}) == "See x.example"
    assert plain_words("Ask <mailto:bea@acme.example|bea@acme.example>", {}) == "Ask bea@acme.example"


def test_a_call_to_everybody_becomes_mere_words() -> None:
    assert plain_words("<!channel> <!subteam^S1|@ops>", {}) == "@channel @ops"
    assert plain_words("<!date^1771405200^{date_short}|Feb 18>", {}) == "Feb 18"


def test_typed_angle_brackets_are_no_mention() -> None:
    assert mentioned("&lt;@U0BEA&gt;") == []
    assert plain_words("&lt;@U0BEA&gt;", {"U0BEA": "Bea"}) == "<@U0BEA>"


def test_the_mention_of_tandem_is_taken_off_wherever_it_stands() -> None:
    assert split_at_bot("<@U0TANDEM> done 4", "U0TANDEM").text == "done 4"
    assert split_at_bot("done 4 <@U0TANDEM|tandem>", "U0TANDEM").text == "done 4"
