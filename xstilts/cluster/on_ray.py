"""The cluster of Ray: the only file that knows it.

    python -m xstilts.cluster.on_ray NODES

waits until so many nodes are there."""

from __future__ import annotations

import os
import secrets
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from xstilts.cluster import node
from xstilts.cluster.elsewhere import Lost
from xstilts.cluster.local import usable_cores
from xstilts.cluster.resources import Need
from xstilts.environment import CLUSTER, cluster_address
from xstilts.errors import InputError, exit_cleanly

PATIENCE = 300.0  # seconds for the nodes of a cluster to start
STORE = 128 * 2**20  # bytes of Ray's memory for objects, where it is started here: a part sends only lines


def connect(address: str | None) -> Any:
    """The library, once it is connected. Raises `InputError`."""
    if not address and "ray" not in sys.modules:  # it reads them when it is imported
        # A secret of its own, in no file: else Ray writes one into the home folder, for all to read.
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    try:
        import ray
        import ray.cloudpickle
    except ImportError:
        raise InputError("--engine ray: Ray is not installed; `make ray`, or `pip install -e .[ray]`") from None
    here: dict[str, Any] = {"num_cpus": usable_cores(), "object_store_memory": STORE, "include_dashboard": False}
    try:
        ray.init(address or "local", log_to_driver=False, logging_level="ERROR", **({} if address else here))
    except Exception as error:  # Ray raises plain ones, too
        said = " ".join(str(error).split())[:300]
        raise InputError(f"{CLUSTER}={address}: no cluster of Ray: {said}" if address else f"Ray: {said}") from None
    return ray


class Ray:
    """The cluster that RAY_ADDRESS names, else one on this machine alone, which ends with this process."""

    def __init__(self) -> None:
        ray = connect(cluster_address())
        ray.cloudpickle.register_pickle_by_value(node)  # so that machines get the file as it is here
        self._ray: Any = ray
        self._work = ray.remote(node.work)
        self._bundle: Any = None
        self._lock = threading.Lock()
        self._running: list[Any] = []
        self._nodes = [one["Resources"] for one in ray.nodes() if one["Alive"]]

    def best(self, cpus: float) -> Need:
        """A GPU, if there is one."""
        return Need(cpus=cpus, gpus=float(any(one.get("GPU") for one in self._nodes)))

    def check(self, need: Need, kind: str) -> None:
        """Ray would wait for such a machine without end."""
        for one in self._nodes:
            if (
                one.get("CPU", 0) >= need.cpus
                and one.get("GPU", 0) >= need.gpus
                and one.get("memory", 0) >= need.memory
            ):
                return
        found = [Need(one.get("CPU", 0), one.get("GPU", 0), int(one.get("memory", 0))) for one in self._nodes]
        raise InputError(f"{kind}: no node of Ray has {need}; found: {'; '.join(sorted(map(str, found)))}")

    def execute(self, part: str, need: Need, request: Mapping[str, Any], bundle: bytes) -> Iterator[node.Event]:
        """A task of Ray, which is not tried again by Ray itself: the driver knows what is left to do."""
        with self._lock:
            if self._bundle is None:
                self._bundle = self._ray.put(bundle)
            stream = self._work.options(
                name=f"xstilts {part}", num_returns="streaming", max_retries=0,
                num_cpus=need.cpus, num_gpus=need.gpus, memory=need.memory or None,
            ).remote(dict(request), self._bundle)  # fmt: skip
            self._running.append(stream)
        try:
            for one in stream:
                yield self._ray.get(one)
        except self._ray.exceptions.RayError as error:
            raise Lost(_short(error)) from None
        finally:
            self._running.remove(stream)

    def interrupt(self) -> None:
        """Each part gets a KeyboardInterrupt."""
        for stream in list(self._running):
            self._ray.cancel(stream)

    def close(self) -> None:
        """Leave the cluster: Ray kills what this process has started there."""
        self._ray.shutdown()


def _short(error: Exception) -> str:
    """What a person needs of an error of Ray, which has many lines."""
    cause = getattr(error, "cause", None)
    text = str(cause) if isinstance(cause, Exception) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())[:300]


def main() -> None:
    """Wait until the cluster of RAY_ADDRESS has as many nodes as the argument says: for scripts that start them."""
    count, end, address = int(sys.argv[1]), time.monotonic() + PATIENCE, cluster_address()
    if not address:
        raise InputError(f"{CLUSTER}: not set")
    found = "no cluster"
    while time.monotonic() < end:
        try:
            ray = connect(address)
            alive = sum(bool(one["Alive"]) for one in ray.nodes())
            ray.shutdown()
            if alive >= count:
                return
            found = f"{alive} nodes"
        except InputError:  # it still starts
            pass
        time.sleep(2)
    raise InputError(f"{address}: found {found} of Ray after {PATIENCE:.0f} s, expected {count}")


if __name__ == "__main__":
    exit_cleanly(main)
