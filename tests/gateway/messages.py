"""Messages of the tax authority, signed."""

import hmac
import json
import time
from collections.abc import Mapping
from hashlib import sha256

import httpx

SECRET = "secret-of-tests"


def message(number: int, *records: Mapping[str, object], **words: object) -> bytes:
    envelope = {
        "messageId": f"M{number}",
        "department": "QH-TAX",
        "sentAt": f"2016-10-20T08:{number:02}:00+08:00",
        "sequence": number,
        "recordType": "TAX_CREDIT",
        "records": records,
        **words,
    }
    return json.dumps(envelope).encode()


def signed(body: bytes, age: int = 0, secret: str = SECRET) -> dict[str, str]:
    """The headers of a message that was signed some seconds ago."""
    moment = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, sha256)
    return {
        "X-Creditnet-Timestamp": moment,
        "X-Creditnet-Signature": f"sha256={digest.hexdigest()}",
    }


async def post(address: str, body: bytes, age: int = 0) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(address, content=body, headers=signed(body, age))


def grade(uscc: str, letter: str) -> dict[str, object]:
    return {
        "shxydm": uscc,
        "xdrmc": "某公司",
        "pjnd": "2015",
        "xydj": letter,
        "pdjg": "青海省国家税务局",
        "jdrq": "2016-04-20",
        "tzyy": "",
    }
