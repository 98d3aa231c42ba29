"""The deployments of prefect.yaml are the flows of the roof, under the same names."""

from __future__ import annotations

import ast

import yaml  # type: ignore[import-untyped] # Prefect brings it, without types

from tests.house.tree import ROOT, files, functions, named


def test_every_deployment_is_a_flow_and_every_flow_a_deployment() -> None:
    assert written_flows() == deployed_flows()


def written_flows() -> dict[str, str]:
    """Entry point (`flows/deliver.py:deliver`) and name of each function under `@flow` in the roof."""
    return {
        f"{named(path)}:{function.name}": name
        for path in files(suffix=".py", under=("flows",))
        for function in functions(path)
        for decorator in function.decorator_list
        if (name := flow_name(decorator, function.name))
    }


def deployed_flows() -> dict[str, str]:
    """Entry point and name of each deployment."""
    manifest = ROOT / "prefect.yaml"
    if not manifest.exists():
        return {}
    deployments = yaml.safe_load(manifest.read_text("utf-8"))["deployments"]
    return {deployment["entrypoint"]: deployment["name"] for deployment in deployments}


def flow_name(decorator: ast.expr, function: str) -> str | None:
    """The name that `@flow` or `@flow(name="...")` gives; nothing for another decorator."""
    call = decorator if isinstance(decorator, ast.Call) else None
    if not ast.unparse(call.func if call else decorator).endswith("flow"):
        return None
    names = (
        [k.value.value for k in call.keywords if k.arg == "name" and isinstance(k.value, ast.Constant)]
        if call
        else []
    )
    return str(names[0]) if names else function.replace("_", "-")
