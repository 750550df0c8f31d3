"""Chooses the client by the address."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

from gateway.brokers.contract import Broker, Names
from gateway.brokers.jetstream import JetStream
from gateway.brokers.rabbitmq import RabbitMQ


class _Opens(Protocol):
    def __call__(self, url: str, names: Names, prefetch: int) -> Broker: ...


SCHEMES: Mapping[str, _Opens] = {
    "amqp": RabbitMQ,
    "amqps": RabbitMQ,
    "nats": JetStream,
    "tls": JetStream,
}


def open_broker(url: str, names: Names, prefetch: int) -> Broker:
    """Give the client for an address of one of SCHEMES; nothing is connected yet."""
    return SCHEMES[urlsplit(url).scheme](url, names, prefetch)
