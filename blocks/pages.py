"""The pages in a browser that somebody sees who installs Tandem: HTML, and nothing loaded from anywhere."""

from html import escape
from string import Template

from blocks.words import plain

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { margin: 15vh auto; max-width: 34em; padding: 0 1.5em; font: 17px/1.5 system-ui, sans-serif; }
</style>
</head>
<body>
<h1>$title</h1>
<p>$text</p>
</body>
</html>
""")


def build_page(saying: str, team: str = "") -> str:
    """How installing went: a saying of `pages.j2`. `team` is the workspace's name, as Slack wrote it."""
    return _PAGE.substitute(
        title=escape(plain("pages", "title")), text=escape(plain("pages", saying, team=team))
    )
