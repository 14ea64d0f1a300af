"""How much Slack takes, in characters or pieces. What is over a limit is refused whole (`invalid_blocks`)."""

# https://docs.slack.dev/block-kit#adding_blocks
MESSAGE_BLOCKS = 50
MODAL_BLOCKS = 100
HOME_BLOCKS = 100
BLOCK_ID = 255

# https://docs.slack.dev/reference/methods/chat.postMessage: all texts of a message, or `msg_blocks_too_long`.
# https://github.com/slackapi/bolt-js/issues/2867: 9,597 characters in 50 blocks pass, 11,341 in 45 do not.
# https://github.com/slackapi/bolt-js/issues/2509: 13,200 do not, whatever blocks they are in.
MESSAGE_TEXT = 9_500
# https://docs.slack.dev/reference/methods/chat.update says 4,000 characters for the text beside the blocks;
# whoever tried counted bytes: https://github.com/openclaw/openclaw/pull/115027
MESSAGE_BYTES = 4_000

# https://docs.slack.dev/reference/block-kit/composition-objects/text-object
TEXT = 3000
# https://docs.slack.dev/reference/block-kit/blocks/rich-text-block names no limit. This is what a message has
# left beside the longest answer, and more than people type.
QUOTED = 6_000
# https://docs.slack.dev/reference/block-kit/blocks/section-block
FIELDS = 10
FIELD_TEXT = 2000
# https://docs.slack.dev/reference/block-kit/blocks/header-block
HEADER = 150
# https://docs.slack.dev/reference/block-kit/blocks/context-block
CONTEXT_ELEMENTS = 10
# https://docs.slack.dev/reference/block-kit/blocks/actions-block
ACTIONS = 25
# https://docs.slack.dev/reference/block-kit/blocks/input-block
INPUT_LABEL = 2000

# https://docs.slack.dev/reference/block-kit/block-elements/button-element
BUTTON = 75
BUTTON_VALUE = 2000
# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
OPTIONS = 100
OPTION_GROUPS = 100
PLACEHOLDER = 150
# https://docs.slack.dev/reference/block-kit/composition-objects/option-object
# One official source allows a value of 150, another 75: 75 is safe with both.
OPTION = 75
OPTION_VALUE = 75
# https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element
OVERFLOW_OPTIONS = 5
# https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
INPUT_TEXT = 3000

# https://docs.slack.dev/reference/views/modal-views
MODAL_TITLE = 24
PRIVATE_METADATA = 3000
VIEW_BYTES = 250_000
