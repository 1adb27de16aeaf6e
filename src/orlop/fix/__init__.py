"""Carries out changes: the only writer of others' systems."""
