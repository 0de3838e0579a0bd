"""Readers of published file formats, shared by the task files. Nothing here knows a task."""
