"""A client that knows an API by its OpenAPI document alone: operations by name, where an argument goes, what comes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client


@dataclass
class Document:
    """`operationId` → its address, its method and what it says of itself."""

    said: Mapping[str, Any]

    @classmethod
    def read(cls, address: str) -> Document:
        return cls(json.loads(Client().get(address).content))

    def operation(self, name: str) -> tuple[str, str, Mapping[str, Any]]:
        for path, item in self.said["paths"].items():
            for method, one in item.items():
                if isinstance(one, Mapping) and one.get("operationId") == name:
                    return path, method, one
        raise LookupError(name)

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = schema
        while "$ref" in found:
            found = self.said["components"]["schemas"][found["$ref"].rpartition("/")[2]]
        return found

    def members(self, operation: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the body may have."""
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        found: Mapping[str, Any] = self.resolved(content.get("schema", {})).get("properties", {})
        return found


@dataclass
class Caller:
    """One token. `call` puts each argument where the document says that it goes."""

    document: Document
    secret: str

    def call(self, name: str, **arguments: Any) -> Any:
        path, method, operation = self.document.operation(name)
        headers, query, body = {"Authorization": f"Bearer {self.secret}"}, {}, {}
        members = self.document.members(operation)
        places = {one["name"]: one["in"] for one in operation.get("parameters", [])}
        if "Idempotency-Key" in places:
            headers["Idempotency-Key"] = uuid.uuid4().hex
        for key, value in arguments.items():
            place = places.get(key, "body" if key in members else "")
            if place == "path":
                path = path.replace("{" + key + "}", str(value))
            elif place == "query":
                query[key] = value
            elif place == "body":
                body[key] = value
            else:
                raise TypeError(f"{name} takes no {key}")
        if method == "post":
            sent = json.dumps(body, default=str)
            answer = Client().post(path, sent, content_type="application/json", headers=headers)
        else:
            answer = Client().get(path, query_params=query, headers=headers)
        told = json.loads(answer.content or b"null")
        if str(answer.status_code) not in operation["responses"]:
            raise AssertionError(f"{name}: {answer.status_code} is not in the document")
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {answer.status_code} {told}")
        return told

    def rows(self, name: str, **asked: Any) -> Iterator[Mapping[str, Any]]:
        """All rows of a list, page by page."""
        while True:
            page = self.call(name, **asked)
            yield from page["results"]
            if not page["after"]:
                return
            asked["after"] = page["after"]
