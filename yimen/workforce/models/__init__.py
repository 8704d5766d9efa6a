"""Nouns of workforce."""

from yimen.workforce.models.facilities import Check, Facility
from yimen.workforce.models.posts import Need, On, Post, Shift
from yimen.workforce.models.rosters import Duty, Enrolment, Leave, Swap
from yimen.workforce.models.training import Certificate, Course, Requirement, Session

__all__ = [
    "Certificate",
    "Check",
    "Course",
    "Duty",
    "Enrolment",
    "Facility",
    "Leave",
    "Need",
    "On",
    "Post",
    "Requirement",
    "Session",
    "Shift",
    "Swap",
]
