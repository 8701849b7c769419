"""The Messages API (Anthropic): `POST /v1/messages`, streamed or whole."""
import json
import uuid

from .script import Call, Offer

USAGE = {"input_tokens": 1000, "cache_creation_input_tokens": 200, "cache_read_input_tokens": 300, "output_tokens": 1}
OUTPUT_TOKENS = 42


def offers(request: dict) -> list[Offer]:
    return [Offer(t["name"], schema=t.get("input_schema") or {}) for t in request.get("tools") or [] if t.get("name")]


def turn_index(request: dict) -> int:
    """Several assistant messages in a row are one answer that the agent has split."""
    roles = [m["role"] for m in request.get("messages", []) if m["role"] in ("user", "assistant")]
    return sum(1 for before, role in zip([None, *roles], roles) if role == "assistant" != before)


def answer(request: dict, steps: list, out) -> None:
    blocks = [block_of(step) for step in steps]
    calls = any(block["type"] == "tool_use" for block in blocks)
    message = {
        "id": "msg_" + uuid.uuid4().hex[:20], "type": "message", "role": "assistant", "model": request["model"],
        "content": [], "stop_reason": None, "stop_sequence": None, "usage": USAGE,
    }
    stop = "tool_use" if calls else "end_turn"
    if not request.get("stream"):
        whole = [block for block in blocks if block["type"] != "pause"]
        usage = {**USAGE, "output_tokens": OUTPUT_TOKENS}
        return out.json(200, {**message, "content": whole, "stop_reason": stop, "usage": usage})
    out.begin_stream()
    emit(out, {"type": "message_start", "message": message})
    index = 0
    for block in blocks:
        if block["type"] == "pause":
            out.pause(block["seconds"])
            continue
        stream_block(out, index, block)
        index += 1
    emit(out, {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None},
               "usage": {"output_tokens": OUTPUT_TOKENS}})
    emit(out, {"type": "message_stop"})
    return None


def block_of(step) -> dict:
    if isinstance(step, str):
        return {"type": "text", "text": step}
    if isinstance(step, Call):
        return {"type": "tool_use", "id": "toolu_" + uuid.uuid4().hex[:20], "name": step.offer.name, "input": step.arguments}
    kind, value = step
    if kind == "thinking":
        return {"type": "thinking", "thinking": value, "signature": "c2NyaXB0ZWQ="}
    return {"type": "pause", "seconds": value}


def stream_block(out, index: int, block: dict) -> None:
    empty, deltas = {
        "text": lambda: ({"type": "text", "text": ""},
                         [{"type": "text_delta", "text": piece} for piece in halves(block["text"])]),
        "thinking": lambda: ({"type": "thinking", "thinking": "", "signature": ""},
                             [{"type": "thinking_delta", "thinking": block["thinking"]},
                              {"type": "signature_delta", "signature": block["signature"]}]),
        "tool_use": lambda: ({**block, "input": {}},
                             [{"type": "input_json_delta", "partial_json": piece}
                              for piece in halves(json.dumps(block["input"]))]),
    }[block["type"]]()
    emit(out, {"type": "content_block_start", "index": index, "content_block": empty})
    for delta in deltas:
        emit(out, {"type": "content_block_delta", "index": index, "delta": delta})
    emit(out, {"type": "content_block_stop", "index": index})


def halves(text: str) -> list[str]:
    middle = len(text) // 2
    return [text[:middle], text[middle:]] if middle else [text]


def emit(out, event: dict) -> None:
    out.event(event, event["type"])


def failure(kind: str, out) -> None:
    code, type_, message = {
        "401": (401, "authentication_error", "invalid x-api-key"),
        "403": (403, "permission_error", "Your API key does not have permission to use the specified resource."),
        "429": (429, "rate_limit_error", "This request would exceed your rate limit."),
        "500": (500, "api_error", "Internal server error"),
        "529": (529, "overloaded_error", "Overloaded"),
        "context": (400, "invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"),
    }[kind]
    headers = {"retry-after": "1"} if kind in ("429", "529") else {}
    body = {"type": "error", "error": {"type": type_, "message": message}, "request_id": "req_scripted"}
    out.json(code, body, headers)
