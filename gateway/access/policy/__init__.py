"""Which role sees which record types and fields, and why not."""

from gateway.access.policy.decisions import ALLOWED, Access, Decisions
from gateway.access.policy.errors import FieldForbidden, PolicyError
from gateway.access.policy.permitted import PermittedRecords
from gateway.access.policy.policy import PACKAGED, Policy, load
from gateway.access.policy.vocabulary import Vocabulary, vocabulary_of

__all__ = [
    "ALLOWED",
    "PACKAGED",
    "Access",
    "Decisions",
    "FieldForbidden",
    "PermittedRecords",
    "Policy",
    "PolicyError",
    "Vocabulary",
    "load",
    "vocabulary_of",
]
