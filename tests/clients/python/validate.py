"""Holds OpenAPI documents and JSON Schemas against the standards: validate.py DOCUMENT... FOLDER"""

import json
import sys
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate


def main(arguments: list[str]) -> None:
    *documents, folder = (Path(argument) for argument in arguments)
    for document in documents:
        validate(read(document))
    schemas = sorted(folder.rglob("*.json"))
    for schema in schemas:
        Draft202012Validator.check_schema(read(schema))
    if not documents or len(schemas) < 2:
        sys.exit(f"{folder} holds {len(schemas)} schemas, and {len(documents)} documents were named")
    print(f"{len(documents)} documents and {len(schemas)} schemas are valid")


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
