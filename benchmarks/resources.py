"""Threads, memory of a long stream of patients, and the time from a model to its first result.

    python -m benchmarks.resources N        N patients of the project's model, in chunks, to Parquet

Stream and first result have processes of their own: neither a peak of memory nor a cold start can be had twice in one.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.cases import Case, patient
from benchmarks.peer_her2lab import Her2lab

CHUNK = 1000
FIRST = """
import pathlib, sys
from her2lab import engine
engine.compile_model(pathlib.Path(sys.argv[1])).simulate(times=[0, 42])
"""


def threads(case: Case, patients: int, rounds: int) -> dict[str, float]:
    """Patients a second on one and on two threads, interleaved."""
    best: dict[int, float] = {1: 0.0, 2: 0.0}
    for _ in range(rounds):
        for count in best:
            peer = Her2lab(threads=count)
            peer.prepare(case)
            begin = time.perf_counter()
            peer.run(range(patients), 1e-4)
            best[count] = max(best[count], patients / (time.perf_counter() - begin))
    return {"one": best[1], "two": best[2], "ratio": best[2] / best[1]}


def first_result(case: Case) -> dict[str, float]:
    """Seconds from the SBML file to the first result, without and with a cached kernel, imports included."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.xml"
        file.write_text(case.sbml)
        environment = {**os.environ, "HER2LAB_CACHE": folder}
        seconds = []
        for _ in range(2):
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", FIRST, str(file)], check=True, env=environment)
            seconds.append(time.perf_counter() - begin)
    return {"cold": seconds[0], "cached": seconds[1]}


def stream(patients: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.resources", str(patients)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def _stream(patients: int) -> dict[str, Any]:
    """A few outputs of each patient every week for two years; only one chunk is ever in memory."""
    import pyarrow.parquet

    case, writer, done = patient(CHUNK), None, 0
    inputs = case.inputs(CHUNK)
    outputs = case.model.states[:8]
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "out.parquet"
        while done < patients:
            parameters = patient(CHUNK, seed=done).parameters
            result = case.model.simulate(
                parameters=parameters, times=case.times, inputs=inputs, outputs=outputs, threads=os.cpu_count() or 1
            )
            table = result.to_polars().to_arrow()
            writer = writer or pyarrow.parquet.ParquetWriter(file, table.schema)
            writer.write_table(table)
            done += CHUNK
        if writer:
            writer.close()
        size = file.stat().st_size
    return {"patients": done, "peak_gib": _peak(), "file_gib": size / 2**30, "seconds": time.perf_counter() - begin}


def _peak() -> float:
    """Most memory of this process in GiB; what the kernel keeps for `getrusage` includes the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        found = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(found.split()[1]) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    print(json.dumps(_stream(int(sys.argv[1]))))
