"""The article in a text without markup or in Markdown: newsroom exports, wire copy, mail."""
