"""What is wrong with the audit log, in words for an operator.

AuditUnavailable       nothing can be written now; the next write tries again
└── AuditBroken        what lies there was changed or cut; somebody must look at it
"""


class AuditUnavailable(Exception):
    """Nothing can be written; what was to be recorded must not be answered."""


class AuditBroken(AuditUnavailable):
    """What lies in the directory is less than, or other than, what was signed."""
