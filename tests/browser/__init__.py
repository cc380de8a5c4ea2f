"""The player in browsers."""
