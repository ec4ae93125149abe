"""Handed-in work, and what reviewers make of it."""

from projects.models.calibration import Calibration, SecondReading
from projects.models.record import Event
from projects.models.reviews import Comment, Decision, Reply, Review, SavedComment
from projects.models.rounds import Round, Submission
from projects.models.uploads import LinkCheck, Upload

__all__ = [
    "Calibration",
    "Comment",
    "Decision",
    "Event",
    "LinkCheck",
    "Reply",
    "Review",
    "Round",
    "SavedComment",
    "SecondReading",
    "Submission",
    "Upload",
]
