"""Chat Completions (OpenAI and all that speak like it): `POST /v1/chat/completions`, streamed or whole."""
import json
import time
import uuid

from .responses import http_failure
from .script import Call, Offer

USAGE = {
    "prompt_tokens": 1500, "completion_tokens": 42, "total_tokens": 1542,
    "prompt_tokens_details": {"cached_tokens": 300},
}


def offers(request: dict) -> list[Offer]:
    functions = [t["function"] for t in request.get("tools") or [] if t.get("type") == "function"]
    return [Offer(f["name"], schema=f.get("parameters") or {}) for f in functions]


def turn_index(request: dict) -> int:
    return sum(1 for message in request.get("messages", []) if message.get("role") == "assistant")


def answer(request: dict, steps: list, out) -> None:
    head = {"id": "chatcmpl-" + uuid.uuid4().hex[:16], "created": int(time.time()), "model": request["model"]}
    calls = [call_of(step, position) for position, step in enumerate(s for s in steps if isinstance(s, Call))]
    text = "".join(step for step in steps if isinstance(step, str))
    reason = "tool_calls" if calls else "stop"
    if not request.get("stream"):
        message: dict = {"role": "assistant", "content": text or None, "refusal": None}
        if calls:
            message["tool_calls"] = [{key: call[key] for key in ("id", "type", "function")} for call in calls]
        choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
        return out.json(200, {**head, "object": "chat.completion", "choices": [choice], "usage": USAGE})

    def chunk(delta: dict, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        out.event({**head, "object": "chat.completion.chunk", "choices": [choice]})

    out.begin_stream()
    chunk({"role": "assistant", "content": ""})
    for step in steps:
        if isinstance(step, str):
            chunk({"content": step})
        elif isinstance(step, tuple) and step[0] == "pause":
            out.pause(step[1])
        elif isinstance(step, tuple):
            chunk({"reasoning_content": step[1]})
    for call in calls:
        chunk({"tool_calls": [call]})
    chunk({}, reason)
    out.event({**head, "object": "chat.completion.chunk", "choices": [], "usage": USAGE})
    out.event("[DONE]")
    return None


def call_of(step: Call, position: int) -> dict:
    function = {"name": step.offer.name, "arguments": json.dumps(step.arguments)}
    return {"index": position, "id": "call_" + uuid.uuid4().hex[:16], "type": "function", "function": function}


def failure(kind: str, out) -> None:
    code, body, headers = http_failure(kind)
    out.json(code, body, headers)
