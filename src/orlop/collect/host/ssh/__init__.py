"""Hosts that are reached by SSH: where they are, whether they are who they say, and many of them at once."""
