"""Serves a forecast over HTTP."""
