"""The Responses API (OpenAI): `POST /v1/responses`, streamed or whole."""
import json
import time
import uuid

from .script import Call, Offer

USAGE = {
    "input_tokens": 1500, "input_tokens_details": {"cached_tokens": 300}, "output_tokens": 42,
    "output_tokens_details": {"reasoning_tokens": 7}, "total_tokens": 1542,
}
OURS = ("function_call", "custom_tool_call", "local_shell_call", "reasoning")


def offers(request: dict) -> list[Offer]:
    found: list[Offer] = []

    def walk(tools: list, space: str | None = None) -> None:
        for tool in tools:
            if tool.get("type") == "namespace":
                walk(tool.get("tools", []), tool.get("name"))
            elif tool.get("name"):
                found.append(Offer(tool["name"], space, tool.get("parameters") or {}))

    walk(request.get("tools") or [])
    for item in items_of(request):
        # Some models get their tools as the first item of the input.
        if item.get("type") == "additional_tools":
            walk(item.get("tools", []))
    return found


def items_of(request: dict) -> list[dict]:
    given = request.get("input")
    return given if isinstance(given, list) else []


def turn_index(request: dict) -> int:
    """Answers are runs of items that the model made; the ids of calls say which answer they belong to."""
    index, ours, last = 0, False, None
    for item in items_of(request):
        kind = item.get("type", "message")
        made = kind in OURS or (kind == "message" and item.get("role") == "assistant")
        turn = str(item.get("call_id", "")).split("_")[1:2] or [None]
        if made and not ours and not (turn[0] and turn[0] == last):
            index += 1
        if made and turn[0]:
            last = turn[0]
        ours = made
    return index


def answer(request: dict, steps: list, out) -> None:
    index = turn_index(request)
    response = {
        "id": "resp_" + uuid.uuid4().hex[:20], "object": "response", "created_at": int(time.time()),
        "model": request.get("model"), "output": [], "status": "in_progress", "parallel_tool_calls": True,
        "tool_choice": "auto", "tools": [], "error": None, "incomplete_details": None, "metadata": {},
        "instructions": None, "temperature": 1.0, "top_p": 1.0,
    }
    items = [item_of(step, index) for step in steps]
    done = {**response, "status": "completed", "output": [i for i in items if i["type"] != "pause"], "usage": USAGE}
    if not request.get("stream"):
        return out.json(200, done)
    out.begin_stream()
    emit = numbered(out)
    emit({"type": "response.created", "response": response})
    position = 0
    for item in items:
        if item["type"] == "pause":
            out.pause(item["seconds"])
            continue
        stream_item(emit, position, item)
        position += 1
    emit({"type": "response.completed", "response": done})
    return None


def numbered(out):
    count = iter(range(1 << 30))

    def emit(event: dict) -> None:
        out.event({**event, "sequence_number": next(count)}, event["type"])

    return emit


def item_of(step, turn: int) -> dict:
    unique = uuid.uuid4().hex[:16]
    if isinstance(step, str):
        part = {"type": "output_text", "text": step, "annotations": [], "logprobs": []}
        return {"type": "message", "id": "msg_" + unique, "role": "assistant", "status": "completed", "content": [part]}
    if isinstance(step, Call):
        call_id = f"call_t{turn}_{unique}"
        space = {"namespace": step.offer.space} if step.offer.space else {}
        if step.code is not None:
            return {"type": "custom_tool_call", "id": "ctc_" + unique, "call_id": call_id, "name": step.offer.name,
                    "namespace": "functions", "input": step.code, "status": "completed"}
        return {"type": "function_call", "id": "fc_" + unique, "call_id": call_id, "name": step.offer.name,
                "arguments": json.dumps(step.arguments), "status": "completed", **space}
    kind, value = step
    if kind == "thinking":
        return {"type": "reasoning", "id": "rs_" + unique, "summary": [{"type": "summary_text", "text": value}]}
    return {"type": "pause", "seconds": value}


def stream_item(emit, position: int, item: dict) -> None:
    hollow = {"message": {"content": []}, "function_call": {"arguments": ""}, "custom_tool_call": {"input": ""},
              "reasoning": {"summary": []}}[item["type"]]
    status = {"status": "in_progress"} if "status" in item else {}
    at = {"item_id": item["id"], "output_index": position}
    emit({"type": "response.output_item.added", "output_index": position, "item": {**item, **hollow, **status}})
    if item["type"] == "message":
        part = item["content"][0]
        where = {**at, "content_index": 0}
        emit({"type": "response.content_part.added", **where, "part": {**part, "text": ""}})
        emit({"type": "response.output_text.delta", **where, "delta": part["text"], "logprobs": []})
        emit({"type": "response.output_text.done", **where, "text": part["text"], "logprobs": []})
        emit({"type": "response.content_part.done", **where, "part": part})
    elif item["type"] == "reasoning":
        part = item["summary"][0]
        where = {**at, "summary_index": 0}
        emit({"type": "response.reasoning_summary_part.added", **where, "part": {**part, "text": ""}})
        emit({"type": "response.reasoning_summary_text.delta", **where, "delta": part["text"]})
        emit({"type": "response.reasoning_summary_text.done", **where, "text": part["text"]})
        emit({"type": "response.reasoning_summary_part.done", **where, "part": part})
    elif item["type"] == "custom_tool_call":
        emit({"type": "response.custom_tool_call_input.delta", **at, "delta": item["input"]})
        emit({"type": "response.custom_tool_call_input.done", **at, "input": item["input"]})
    else:
        emit({"type": "response.function_call_arguments.delta", **at, "delta": item["arguments"]})
        emit({"type": "response.function_call_arguments.done", **at, "name": item["name"], "arguments": item["arguments"]})
    emit({"type": "response.output_item.done", "output_index": position, "item": item})


def failure(kind: str, out) -> None:
    if kind == "context":
        # This vendor says it in the stream, after a good status.
        out.begin_stream()
        error = {"code": "context_length_exceeded",
                 "message": "Your input exceeds the context window of this model. Please adjust your input and try again."}
        response = {"id": "resp_" + uuid.uuid4().hex[:20], "object": "response", "created_at": int(time.time()),
                    "status": "failed", "output": [], "error": error}
        numbered(out)({"type": "response.failed", "response": response})
        return
    code, body, headers = http_failure(kind)
    out.json(code, body, headers)


def http_failure(kind: str) -> tuple[int, dict, dict]:
    """The HTTP errors that both OpenAI protocols share."""
    code, type_, message, word = {
        "401": (401, "invalid_request_error", "Incorrect API key provided.", "invalid_api_key"),
        "403": (403, "invalid_request_error", "You are not allowed to use this model.", "model_not_allowed"),
        "429": (429, "requests", "Rate limit reached for requests. Please try again in 1s.", "rate_limit_exceeded"),
        "500": (500, "server_error", "The server had an error while processing your request.", "server_error"),
        "529": (529, "overloaded_error", "The engine is currently overloaded, please try again later.", "server_overloaded"),
        "context": (400, "invalid_request_error", "This model's maximum context length is 128000 tokens.",
                    "context_length_exceeded"),
    }[kind]
    headers = {"retry-after": "1"} if kind in ("429", "529") else {}
    return code, {"error": {"message": message, "type": type_, "param": None, "code": word}}, headers
