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


async def post(address: str, body: bytes, age: int = 0) -> httpx.Response:
    moment = str(int(time.time()) - age)
    signed = hmac.new(SECRET.encode(), moment.encode() + b"." + body, sha256)
    headers = {
        "X-Creditnet-Timestamp": moment,
        "X-Creditnet-Signature": f"sha256={signed.hexdigest()}",
    }
    async with httpx.AsyncClient() as client:
        return await client.post(address, content=body, headers=headers)


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
