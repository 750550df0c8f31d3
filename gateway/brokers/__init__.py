"""Pushed messages out of a message broker."""

from gateway.brokers.consuming import Consumer, Waits, consuming
from gateway.brokers.contract import Names
from gateway.brokers.opening import SCHEMES, open_broker

__all__ = ["SCHEMES", "Consumer", "Names", "Waits", "consuming", "open_broker"]
