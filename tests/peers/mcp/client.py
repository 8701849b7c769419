"""An MCP client that is not ours: the Python SDK, which lists the tools of a server and calls those it is asked to.

Standard input is one JSON object: `transport` (`http` with `url`, or `stdio` with `command`), `mode` (`legacy`, or a
version of the protocol), `token` (or null) and `calls`, a list of `[tool, arguments]`. Standard output is one JSON
object: `version`, `tools` (names) and `results`, each `{error, answer}`.
"""

import json
import os
import sys

import anyio
import httpx2
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client


def transport(asked):
    if asked["transport"] == "http":
        headers = {"Authorization": f"Bearer {asked['token']}"} if asked["token"] else {}
        return streamable_http_client(asked["url"], http_client=httpx2.AsyncClient(headers=headers))
    program, *arguments = asked["command"]
    env = dict(os.environ)
    if asked["token"]:
        env["WAYBILL_TOKEN"] = asked["token"]
    return stdio_client(StdioServerParameters(command=program, args=arguments, env=env))


async def main():
    asked = json.load(sys.stdin)
    told = {"results": []}
    with anyio.fail_after(60):
        async with Client(transport(asked), mode=asked["mode"]) as client:
            told["version"] = client.session.protocol_version
            told["tools"] = [tool.name for tool in (await client.list_tools()).tools]
            for name, arguments in asked["calls"]:
                try:
                    result = await client.call_tool(name, arguments)
                    text = result.content[0].text
                    answer = text if result.is_error else result.structured_content
                    told["results"].append({"error": bool(result.is_error), "answer": answer})
                except Exception as refused:
                    told["results"].append({"error": True, "answer": str(refused)})
    print(json.dumps(told))


anyio.run(main)
