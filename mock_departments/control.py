"""Takes orders: to misbehave, to change a record, to push to a gateway."""

from aiohttp import web

from mock_departments.host import Host


def control(host: Host) -> web.Application:
    """Give the small HTTP interface through which faults and records are changed."""
    application = web.Application()
    _departments(application, host)
    _records(application, host)
    return application


def _departments(application: web.Application, host: Host) -> None:

    async def show(_: web.Request) -> web.Response:
        return web.json_response(host.status())

    async def order(request: web.Request) -> web.Response:
        code = request.match_info["code"]
        if code not in host.codes:
            return _refusal(404, f"没有这个部门 no such department: {code}")
        body = await request.json()
        try:
            await host.misbehave(code, str(body.get("profile")))
        except ValueError as error:
            return _refusal(400, str(error))
        return web.json_response({"code": code, "profile": body["profile"]})

    async def reset(_: web.Request) -> web.Response:
        await host.reset()
        return web.json_response(host.status())

    application.router.add_get("/departments", show)
    application.router.add_put("/departments/{code}/profile", order)
    application.router.add_post("/reset", reset)


def _records(application: web.Application, host: Host) -> None:
    async def amend(request: web.Request) -> web.Response:
        code, body = request.match_info["code"], await request.json()
        try:
            record = await host.amend(
                code, str(body["recordType"]), str(body["uscc"]), body["facts"]
            )
        except (KeyError, ValueError) as error:
            return _refusal(400, str(error))
        return web.json_response({"code": code, "number": record.number})

    async def push_target(request: web.Request) -> web.Response:
        await host.push_to(str((await request.json())["url"]))
        return web.json_response({"accepted": True})

    application.router.add_post("/departments/{code}/records", amend)
    application.router.add_put("/push-target", push_target)


def _refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status)
