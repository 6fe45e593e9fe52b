"""What a provider would answer with 400, and the pieces that the dialects share."""

import json
import secrets


class Refused(Exception):
    """Said as the providers say it, so that a reader finds it in their documentation."""


def text_of(content):
    """The words of a message's content, in whichever shape."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(text_of(part) for part in content)
    return text_of(content.get("text") or content.get("content") or "") if isinstance(content, dict) else ""


def drawn(prefix):
    return f"{prefix}_{secrets.token_hex(12)}"


def pieces(text, size=11):
    return [text[start : start + size] for start in range(0, len(text), size)]


def frame(data, event=None):
    head = f"event: {event}\n" if event else ""
    return f"{head}data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()
