"""Calendars: the alliance timeline, the month of a centre, feeds to subscribe to."""
