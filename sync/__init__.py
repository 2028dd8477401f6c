"""Reminders on a CalDAV calendar, each exactly once."""
