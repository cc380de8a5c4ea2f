"""The article in a web page: what was parsed, what was proposed, what is kept of it, and what the page tells of it."""
