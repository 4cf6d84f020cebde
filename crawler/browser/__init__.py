"""A browser for pages whose text comes by script: an answer in, the page as it stands then out.

``find`` says whether there is one; ``own`` which requests are a page's own; ``proxy`` is the only
way out of the browser. ``chromium`` and ``visit`` drive it by Playwright, which is an extra: they
are loaded when the first such page has come.
"""
