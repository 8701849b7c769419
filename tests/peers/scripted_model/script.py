"""The script: scenarios of turns, and what each turn does, in words that no vendor owns.

A script file is JSON: {"scenarios": {"name": SCENARIO, …}}, where SCENARIO is

    {"turns": [TURN, …]}        one TURN for each answer of the model, counted over the whole conversation; a
                                conversation longer than the script is answered with the text "Done."
    {"fail": FAILURE}           every request fails
    {"fail": FAILURE, "times": 2, "turns": […]}    the first two requests of a run fail, then the turns play
    {"cast": [{"when": REGEX, "turns": […]}, …]}   several agents: a request gets the turns of the first whose expression
                                is found in it

TURN is a list of steps: {"text": T} · {"thinking": T} · {"shell": COMMAND} · {"write": {"path": P, "content": C}} ·
{"tool": {"name": REGEX, "input": {…}}} (an MCP tool) · {"pause": SECONDS} (silence in mid-answer).
FAILURE is one of FAILURES below.
"""
import json
import re
from dataclasses import dataclass, field

FAILURES = ("401", "403", "429", "500", "529", "context", "hang", "badsse", "drop")

# What every script knows: one scenario for each failure, and one plain job of two turns with a follow-up.
BUILT_IN = {name: {"fail": name} for name in FAILURES}
BUILT_IN["write"] = {
    "turns": [
        [{"text": "I will write the file."}, {"shell": "printf 'hello from the scripted model\\n' > made-by-agent.txt && ls"}],
        [{"text": "The file made-by-agent.txt is written."}],
        [{"text": "I will add a line."}, {"shell": "printf 'a second line\\n' >> made-by-agent.txt && cat made-by-agent.txt"}],
        [{"text": "The second line is there."}],
    ]
}

# The names under which the tools of each agent run a command, in order of preference.
SHELL_TOOLS = ("Bash", "bash", "exec_command", "shell_command", "shell", "run_shell_command")
WRITE_TOOLS = ("Write", "write", "write_file")


class ScriptError(Exception):
    """The script file says something that this server cannot play."""


@dataclass
class Offer:
    """A tool that the agent offers to the model."""

    name: str
    space: str | None = None
    schema: dict = field(default_factory=dict)


@dataclass
class Call:
    """A call of one of the agent's own tools; `code` is set when the only tool is one that takes a program."""

    offer: Offer
    arguments: dict
    code: str | None = None


class Script:
    def __init__(self, path: str | None, default: str | None):
        self.scenarios = dict(BUILT_IN)
        if path:
            with open(path, encoding="utf-8") as file:
                own = json.load(file).get("scenarios")
            if not isinstance(own, dict):
                raise ScriptError(f"{path}: 'scenarios' must be an object")
            self.scenarios.update(own)
        for name, scenario in self.scenarios.items():
            check(name, scenario)
        self.default = default or (next(iter(own)) if path and own else "write")
        if self.default not in self.scenarios:
            raise ScriptError(f"no scenario '{self.default}'")

    def scenario(self, name: str | None) -> dict | None:
        return self.scenarios.get(name or self.default)


def check(name: str, scenario: dict) -> None:
    for part in scenario.get("cast", []):
        re.compile(part["when"])
        check(name, {"turns": part["turns"]})
    if not {"turns", "fail", "cast"} & set(scenario):
        raise ScriptError(f"scenario '{name}' has neither turns nor fail")
    if scenario.get("fail", "500") not in FAILURES:
        raise ScriptError(f"scenario '{name}': unknown failure '{scenario['fail']}'; known: {', '.join(FAILURES)}")
    for turn in scenario.get("turns", []):
        for step in turn:
            if len(step) != 1 or next(iter(step)) not in ("text", "thinking", "shell", "write", "tool", "pause"):
                raise ScriptError(f"scenario '{name}': unknown step {json.dumps(step)}")


def turn_of(scenario: dict, index: int, request: dict) -> list[dict]:
    turns = scenario.get("turns", [])
    if "cast" in scenario:
        said = json.dumps(request, ensure_ascii=False)
        turns = next((part["turns"] for part in scenario["cast"] if re.search(part["when"], said)), [])
    return turns[index] if index < len(turns) else [{"text": "Done."}]


def steps_for(turn: list[dict], offers: list[Offer]) -> list:
    """The turn in the agent's own tools: strings for text, ("thinking", T), ("pause", S) and Calls."""
    out: list = []
    for step in turn:
        (kind, value), = step.items()
        if kind == "text":
            out.append(value)
        elif kind in ("thinking", "pause"):
            out.append((kind, value))
        elif not offers:
            out.append("(no tools were offered)")
        else:
            call = call_for(kind, value, offers)
            out.append(call or f"None of the offered tools can do {kind}: " + ", ".join(o.name for o in offers))
    return out


def call_for(kind: str, value, offers: list[Offer]) -> Call | None:
    named = {offer.name: offer for offer in offers}
    if kind == "tool":
        for offer in offers:
            if re.search(value["name"], offer.name):
                return Call(offer, value.get("input", {}))
        return None
    if kind == "write":
        for name in WRITE_TOOLS:
            if name in named:
                key = next((k for k in ("file_path", "filePath", "path") if k in properties(named[name])), "file_path")
                return Call(named[name], {key: value["path"], "content": value["content"]})
        # Agents without a tool to write files patch them, by a tool or through a command that they recognise.
        lines = "".join(f"+{line}\n" for line in value["content"].splitlines())
        patch = f"*** Begin Patch\n*** Add File: {value['path']}\n{lines}*** End Patch"
        if "patchText" in properties(named.get("apply_patch", Offer(""))):
            return Call(named["apply_patch"], {"patchText": patch})
        value = f"apply_patch <<'PATCH'\n{patch}\nPATCH"
    for name in SHELL_TOOLS:
        if name in named:
            return Call(named[name], shell_arguments(named[name], value))
    if "exec" in named:
        return Call(named["exec"], {}, code=f"const r = await tools.exec_command({{cmd: {json.dumps(value)}}}); text(r)")
    return None


def shell_arguments(offer: Offer, command: str) -> dict:
    known = properties(offer)
    if "cmd" in known:
        return {"cmd": command}
    arguments: dict = {"command": ["bash", "-lc", command] if known.get("command", {}).get("type") == "array" else command}
    if "description" in known:
        arguments["description"] = "work on the task"
    return arguments


def properties(offer: Offer) -> dict:
    return (offer.schema or {}).get("properties") or {}
