"""A small Slack on your own desk: two workspaces, one shared channel, in a browser.

It knows nothing of Tandem but the HTTP they speak. `python -m sandbox --help` says how to start it.
"""
