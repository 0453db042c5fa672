"""Working days, deadlines and how dates are said; pure functions over a calendar value."""

from alliance.worktime.almanac import busy_season, feast, lunar
from alliance.worktime.calendar import FIXED_HOLIDAYS, Calendar, OfficeHours
from alliance.worktime.deadlines import (
    APPEAL_DAYS,
    PROPOSAL_DAYS,
    SITE_VISIT_DAYS,
    STATEMENT_DAYS,
    DistanceClass,
    Light,
    Pause,
    answer_limit,
    due,
    escalations,
    half_and_ninety,
    light,
    office_time_before,
    overdue_days,
    reminders,
    working_time_left,
)
from alliance.worktime.official import CalendarDayData, official_calendar, official_days
from alliance.worktime.spoken import spoken_date, spoken_days, spoken_minutes, spoken_moment, spoken_range, spoken_time

__all__ = [
    "APPEAL_DAYS",
    "FIXED_HOLIDAYS",
    "PROPOSAL_DAYS",
    "SITE_VISIT_DAYS",
    "STATEMENT_DAYS",
    "Calendar",
    "CalendarDayData",
    "DistanceClass",
    "Light",
    "OfficeHours",
    "Pause",
    "answer_limit",
    "busy_season",
    "due",
    "escalations",
    "feast",
    "half_and_ninety",
    "light",
    "lunar",
    "office_time_before",
    "official_calendar",
    "official_days",
    "overdue_days",
    "reminders",
    "spoken_date",
    "spoken_days",
    "spoken_minutes",
    "spoken_moment",
    "spoken_range",
    "spoken_time",
    "working_time_left",
]
